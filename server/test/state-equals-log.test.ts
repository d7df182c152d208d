import { schema } from '@holdfast/drizzle'
import { applyEvents, getMessage, isActive, snapshotToState, type EventRecord, type Message } from '@holdfast/shared'
import { and, asc, eq, isNull } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readLog } from '../src/event-log/read-log.ts'
import { rowsToMessages } from '../src/conversation-store/message-row.ts'
import { catchUp } from './catch-up.ts'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { follow } from './follow.ts'
import { tokens } from '../testing/scripted-provider/index.ts'
import { send } from './send.ts'
import { simulate } from './simulation.ts'

let app: TestApp
/** No two moments are the same: whatever takes the time twice is found out. */
const clock = {
  last: 0,
  now: () => {
    clock.last = Math.max(Date.now(), clock.last + 1)
    return new Date(clock.last)
  },
}

beforeAll(async () => {
  app = await createTestApp({ overrides: { clock } })
})
afterAll(() => app[Symbol.asyncDispose]())

const { conversationLog, generations, messages } = schema

async function readWholeLog(conversationId: string): Promise<EventRecord[]> {
  const records: EventRecord[] = []
  for (;;) {
    const page = await readLog(app.database.queries, conversationId, records.length)
    if (page.length === 0) return records
    records.push(...page)
  }
}

/** All messages that exist, on every branch, as the rows of the database have them. */
async function readAllMessages(conversationId: string): Promise<Message[]> {
  const { queries } = app.database
  const rows = await queries
    .select()
    .from(messages)
    .where(and(eq(messages.conversationId, conversationId), isNull(messages.deletedAt)))
    .orderBy(asc(messages.addedSeq))
  return rowsToMessages(queries, conversationId, rows)
}

const byId = (one: Message, other: Message) => (one.id < other.id ? -1 : 1)

test('a cancel that takes others with it leaves the conversation as its log tells it', async () => {
  const user = await app.createUser()
  app.provider.script(tokens(9, { stopAfter: 1, then: 'hang' }))
  const first = await send(user, 'one')
  const { conversationId, assistantMessageId: messageId } = first
  const behind = [await send(user, 'two', { conversationId }), await send(user, 'three', { conversationId })]
  const reader = follow(user.client, conversationId)
  await reader.until(() => reader.message(messageId)?.content === 't1 ')
  await user.client.messages.cancel.mutate({ messageId })
  await reader.until(() => behind.every(({ assistantMessageId }) => reader.message(assistantMessageId)?.status === 'cancelled'))
  const { conversation, messages: shown, cursor } = await catchUp(user, reader, { conversationId })
  expect(reader.state().conversation).toEqual(conversation)
  expect(shown.map(({ id }) => reader.message(id))).toEqual(shown)
  // Read up to the first end only: the others are news.
  const ends = reader.batches.flat().flatMap(({ seq, event }) => (event.type === 'generation-ended' ? seq : []))
  const read = async (upTo: unknown) =>
    (await user.client.conversations.markRead.mutate({ conversationId, cursor: String(upTo) })).unread
  expect([await read(ends[0]), await read(ends[1]), await read(cursor)]).toEqual([true, true, false])
  reader.stop()
})

/** Seeds that have failed once stay in the list, by the name of what was wrong. */
const seeds = [
  ['plain', 1],
  ['plain', 2],
  ['plain', 3],
  ['a cancel that takes others with it', 100],
] as const

test.each(seeds)(
  '[L4] [M6] [F6] whatever was done to it, log, rows and every reader tell the same of a conversation (%s, seed %i)',
  async (_name, seed) => {
    const { created, readers, clients, looks } = await simulate(app, { seed, commands: 80 })
    const conversationId = created.id
    const [first] = clients
    const [reader] = readers
    if (!first || !reader) throw new Error('nobody was there')
    const snapshot = await catchUp(first, reader, { conversationId })
    const truth = await readAllMessages(conversationId)
    const last = Number(snapshot.cursor)

    for (const one of readers) {
      const state = await one.until(({ cursor }) => cursor >= last)
      expect(state.cursor).toBe(last)
      expect(state.conversation).toEqual(snapshot.conversation)
      expect(state.running).toEqual({})
      const held = Object.values(state.settled)
      expect(held.toSorted(byId)).toEqual(truth.filter(({ id }) => id in state.settled).toSorted(byId))
      for (const message of snapshot.messages)
        if (message.id in state.settled) expect(getMessage(state, message.id)).toEqual(message)
      // A reader that was there from the start has seen every branch grow.
      if (readers.indexOf(one) < clients.length) expect(held).toHaveLength(truth.length)
      const seqs = one.batches.flat().map(({ seq }) => seq)
      expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index))
    }

    // [L1] The numbers are dense, [L3] time never goes back.
    const records = await readWholeLog(conversationId)
    expect(records.map(({ seq }) => seq)).toEqual(Array.from({ length: last }, (_, index) => index + 1))
    const times = records.map(({ at }) => at)
    expect(times).toEqual(times.toSorted())
    const whole = applyEvents(snapshotToState({ conversation: created, messages: [], cursor: '0', nextCursor: null }), records)
    expect(whole.conversation).toEqual(snapshot.conversation)
    expect(Object.values(whole.settled).toSorted(byId)).toEqual(truth.toSorted(byId))
    expect(whole.running).toEqual({})

    // Every snapshot that a reader got in between equals the log up to that point.
    const joined = readers.flatMap(({ batches }) =>
      batches.flat().flatMap(({ event }) => (event.type === 'snapshot' ? event : [])),
    )
    for (const { cursor, conversation, messages: shown } of [...looks, ...joined]) {
      const then = applyEvents(
        snapshotToState({ conversation: created, messages: [], cursor: '0', nextCursor: null }),
        records.slice(0, Number(cursor)),
      )
      expect(conversation).toEqual(then.conversation)
      for (const message of shown) expect(message).toEqual(getMessage(then, message.id))
      expect(
        shown
          .filter(({ status }) => isActive(status))
          .map(({ id }) => id)
          .toSorted(),
      ).toEqual(Object.keys(then.running).toSorted())
    }

    // [E4] Each generation has ended once, in its own log.
    const ended = await app.database.queries.select().from(generations).where(eq(generations.conversationId, conversationId))
    const rows = await app.database.queries
      .select()
      .from(conversationLog)
      .where(eq(conversationLog.conversationId, conversationId))
    for (const generation of ended) {
      const own = rows.filter(({ generationId }) => generationId === generation.id)
      const events = own
        .toSorted((a, b) => a.fromSeq - b.fromSeq)
        .flatMap(({ payload }) => JSON.parse(payload) as { type: string }[])
      expect(events.filter(({ type }) => type === 'generation-ended')).toEqual([
        expect.objectContaining({ status: generation.status }),
      ])
      expect(events.at(-1)?.type).toBe('generation-ended')
    }
    for (const one of readers) one.stop()
    await Promise.all(clients.map((client) => client.close()))
  },
)
