import type { ConversationEvent } from '@holdfast/shared'
import { expect, test, vi } from 'vitest'
import { LeaseLostError } from '../store/lease-lost-error.ts'
import { GenerationWriter } from './generation-writer.ts'

const id = '019ae6f2-0000-7000-8000-000000000000'

function toDelta(text: string, offset = 0): ConversationEvent {
  return { type: 'text-delta', messageId: id, part: 0, offset, text }
}

function createWriter() {
  const calls = { requestFlush: vi.fn(), onClose: vi.fn(), onCancel: vi.fn(), onFenced: vi.fn() }
  const { onCancel, onFenced } = calls
  const input = { generationId: id, conversationId: id, fence: 2, written: 7, onCancel, onFenced }
  return { writer: new GenerationWriter(input, calls.requestFlush, calls.onClose), ...calls }
}

type Case = readonly [
  state: string,
  enter: (writer: GenerationWriter) => unknown,
  expected: { takesEvents: boolean; flush: 'resolves' | 'throws'; fencedByLoss: boolean },
]

test.each<Case>([
  ['open', () => undefined, { takesEvents: true, flush: 'resolves', fencedByLoss: true }],
  ['closed by finish', (writer) => writer.finish(), { takesEvents: false, flush: 'resolves', fencedByLoss: false }],
  ['closed by dispose', (writer) => writer[Symbol.dispose](), { takesEvents: false, flush: 'resolves', fencedByLoss: false }],
  ['fenced', (writer) => writer.loseLease(), { takesEvents: false, flush: 'throws', fencedByLoss: false }],
  [
    'fenced, then disposed',
    (writer) => (writer.loseLease(), writer[Symbol.dispose]()),
    { takesEvents: false, flush: 'throws', fencedByLoss: false },
  ],
])('the behaviour of a writer that is %s', async (_state, enter, expected) => {
  const { writer, onFenced } = createWriter()
  await enter(writer)
  const flushed = writer.flush()
  if (expected.flush === 'throws') await expect(flushed).rejects.toThrow(LeaseLostError)
  else await flushed
  writer.append(toDelta('a'))
  expect(writer.hasPending).toBe(expected.takesEvents)
  onFenced.mockClear()
  writer.loseLease()
  expect(onFenced).toHaveBeenCalledTimes(expected.fencedByLoss ? 1 : 0)
})

test('only the first event asks for an immediate flush', () => {
  const { writer, requestFlush } = createWriter()
  writer.append(toDelta('a'))
  writer.append(toDelta('b', 1))
  expect(requestFlush.mock.calls).toEqual([[true], [false]])
})

test('a batch says how many events precede it, and merges the deltas of a part', () => {
  const { writer } = createWriter()
  writer.append(toDelta('a'), toDelta('b', 1))
  expect(writer.takeBatch()).toMatchObject({ after: 7, n: 1, fence: 2, events: [toDelta('ab')] })
  writer.confirmBatch(false)
  writer.append(toDelta('c', 2))
  expect(writer.takeBatch()).toMatchObject({ after: 8, n: 1 })
})

test('a flush waits for the batch in flight, and a cancel that comes back with it is reported', async () => {
  const { writer, onCancel } = createWriter()
  writer.append(toDelta('a'))
  let isFlushed = false
  const flushed = writer.flush().then(() => (isFlushed = true))
  writer.takeBatch()
  await Promise.resolve()
  expect(isFlushed).toBe(false)
  writer.confirmBatch(true)
  await flushed
  expect(onCancel).toHaveBeenCalledOnce()
})

test('a lost lease drops what waits and ends every wait', async () => {
  const { writer, onClose } = createWriter()
  writer.append(toDelta('a'.repeat(2 * 1024 * 1024)))
  const waits = [writer.flush(), writer.room(), writer.finish()]
  writer.loseLease()
  for (const wait of waits) await expect(wait).rejects.toThrow(LeaseLostError)
  expect(writer.hasPending).toBe(false)
  expect(onClose).toHaveBeenCalledOnce()
})

test('the answer to a renewal counts only when nothing newer is known', () => {
  const { writer, onFenced } = createWriter()
  const askedAt = performance.now() - 1
  writer.confirmRenewal(askedAt, 'lost')
  expect(onFenced).not.toHaveBeenCalled()
  writer.append(toDelta('a'))
  writer.takeBatch()
  writer.confirmRenewal(performance.now() + 1, 'lost')
  expect(onFenced).not.toHaveBeenCalled()
  writer.confirmBatch(false)
  writer.confirmRenewal(performance.now() + 1, 'lost')
  expect(onFenced).toHaveBeenCalledOnce()
})

test.each([
  [
    'a batch',
    (writer: GenerationWriter) => {
      writer.append(toDelta('a'))
      writer.takeBatch()
      return () => writer.confirmBatch(false)
    },
  ],
  [
    'a renewal',
    (writer: GenerationWriter) => {
      const askedAt = performance.now()
      return () => writer.confirmRenewal(askedAt, 'held')
    },
  ],
] as const)('R6 after a gap of the clock the claim is checked first, though %s from before it succeeded', (_what, begin) => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const { writer } = createWriter()
    vi.advanceTimersByTime(10)
    const confirm = begin(writer)
    // The process is stopped for longer than its lease; then it reads the answer from before.
    vi.advanceTimersByTime(20_000)
    confirm()
    expect(writer.isRenewalDue(performance.now(), 3_000)).toBe(true)
  } finally {
    vi.useRealTimers()
  }
})
