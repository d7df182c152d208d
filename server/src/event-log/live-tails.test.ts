import type { EventRecord } from '@holdfast/shared'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLocalBus } from '../platform/bus/local-bus.ts'
import type { Database } from '../platform/database/database.ts'
import { createLogger } from '../platform/logger.ts'
import { createLiveTails } from './live-tails.ts'
import { conversationTopic } from './topics.ts'

const conversationId = '019ae6f2-0000-7000-8000-000000000001'
const messageId = '019ae6f2-0000-7000-8000-000000000002'
const pollMs = 1_500

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const toRecord = (seq: number): EventRecord => ({
  seq,
  at: '2026-01-01T00:00:00.000Z',
  event: { type: 'text-delta', messageId, part: 0, offset: seq, text: 'a' },
})

test('the poll told tails what this node was about to publish, and its readers went to the log', async () => {
  let committed = 1
  const rows = async () => [{ id: conversationId, lastSeq: committed }]
  const database = { kind: 'postgres', queries: { select: () => ({ from: () => ({ where: rows }) }) } }
  const bus = createLocalBus()
  const liveTails = createLiveTails(bus, database as unknown as Database, createLogger('silent'))
  try {
    using attached = await liveTails.attach(conversationId)
    const { tail } = attached
    const publish = (seq: number) => bus.publish(conversationTopic(conversationId), { lastSeq: seq, records: [toRecord(seq)] })
    tail.confirmRead(tail.beginRead(), 0)
    publish(1)
    for (const seq of [2, 3, 4]) {
      committed = seq
      await vi.advanceTimersByTimeAsync(pollMs)
      // Committed, read by the poll, and not published yet: there is nothing new, and no reason to ask the log.
      expect(tail.read(seq - 1)).toEqual([])
      publish(seq)
      expect(tail.read(seq - 1)).toEqual([toRecord(seq)])
    }
    // What another node has committed, and no notice tells, is found out with the second poll.
    committed = 5
    await vi.advanceTimersByTimeAsync(2 * pollMs)
    expect(tail.read(4)).toBe(null)
  } finally {
    liveTails.close()
  }
})
