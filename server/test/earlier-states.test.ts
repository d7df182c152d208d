import { randomUUID } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import {
  applyEvent,
  applyEvents,
  emptyConversationState,
  getMessage,
  pathTo,
  snapshotToState,
  type ConversationState,
  type EventRecord,
  type Message,
} from '@holdfast/shared'
import { and, asc, eq, isNull, sql, type SQL } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pruneLogs } from '../src/event-log/log-janitor.ts'
import { packLogs } from '../src/event-log/pack-logs.ts'
import { readLog } from '../src/event-log/read-log.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { createGate, text, tokens, tokensText } from '../testing/scripted-provider/index.ts'
import { follow } from './follow.ts'
import { refused } from './refused.ts'
import { createSeededRandom } from './seeded-random.ts'
import { ask, send } from './send.ts'
import { simulate } from './simulation.ts'

const { conversationLog, conversations, generations, messages } = schema

/** All generations rest long enough, also those that have just ended. */
const atOnce = { rested: -1 }
const hourMs = 3_600_000

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

async function readWholeLog(conversationId: string, after = 0): Promise<EventRecord[]> {
  const records: EventRecord[] = []
  for (let cursor = after; ;) {
    const page = await readLog(app.database.queries, conversationId, cursor)
    const last = page.at(-1)
    if (!last) return records
    records.push(...page)
    cursor = last.seq
  }
}

/** While an answer is written, packing may round when a piece of it came. */
const withoutTimes = (message: Message) => ({
  ...message,
  updatedAt: message.status === 'generating' ? '' : message.updatedAt,
  parts: message.parts.map((part) => (part.type === 'reasoning' ? { ...part, durationMs: 0 } : part)),
})

/** `isBase`: the event that said how it was is pruned: whether it was unread or had failed is not known, nor exactly when it changed last. */
async function expectStateAt(user: Pick<TestUser, 'client'>, then: ConversationState, isBase = false): Promise<void> {
  const conversationId = then.conversation?.id ?? ''
  // Where its beginning is pruned, it is not known whether an answer had begun.
  const comparable = (message: Message) => {
    const { status, ...rest } = withoutTimes(message)
    const isOpen = status === 'queued' || status === 'generating'
    return isOpen ? { ...rest, status: 'queued', updatedAt: '' } : { ...rest, status }
  }
  const shown = await user.client.conversations.at.query({ conversationId, cursor: String(then.cursor), limit: 200 })
  expect(shown.cursor).toBe(String(then.cursor))
  // Between a removal and the event that counts it, the base counts what is there.
  const unknown = isBase ? { unread: null, messageCount: null, state: null, updatedAt: null } : {}
  expect({ ...shown.conversation, ...unknown }).toEqual({ ...then.conversation, ...unknown })
  const path = pathTo(then, then.conversation?.activeMessageId ?? null).map(({ id }) => id)
  expect(shown.messages.slice(0, path.length).map(({ id }) => id)).toEqual(path)
  const others = Object.keys(then.running).filter((id) => !path.includes(id))
  expect(
    shown.messages
      .slice(path.length)
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual(others.toSorted())
  expect(shown.messages.map(comparable)).toEqual(
    shown.messages.map(({ id }) => getMessage(then, id)).map((message) => (message ? comparable(message) : message)),
  )
}

describe('[L4] [M7] the state of a conversation at any moment', () => {
  test.each([11, 12])('is the fold of its log up to there, packed or not, and pruned or not (seed %i)', async (seed) => {
    const { created, clients, readers } = await simulate(app, { seed, commands: 40 })
    for (const reader of readers) reader.stop()
    const [user] = clients
    if (!user) throw new Error('nobody was there')
    const conversationId = created.id
    const records = await readWholeLog(conversationId)
    const last = records.length
    const states: ConversationState[] = [snapshotToState({ conversation: created, messages: [], cursor: '0', nextCursor: null })]
    for (const record of records) states.push(applyEvent(states.at(-1) ?? emptyConversationState, record))
    const random = createSeededRandom(seed)
    const removals = records.flatMap(({ seq, event }) => (event.type === 'message-removed' ? [seq - 1, seq, seq + 1] : []))
    const chosen = [0, 1, last, ...removals.slice(0, 9), ...Array.from({ length: 12 }, () => Math.floor(random() * (last + 1)))]
    const stateAt = (cursor: number) => states[cursor] ?? emptyConversationState
    for (const cursor of chosen) await expectStateAt(user, stateAt(cursor))

    const rowsBefore = await app.database.queries.$count(conversationLog, eq(conversationLog.conversationId, conversationId))
    await packLogs(app.database, atOnce)
    expect(await app.database.queries.$count(conversationLog, eq(conversationLog.conversationId, conversationId))).toBeLessThan(
      rowsBefore,
    )
    // [F6] Whatever cursor a reader comes with, it gets exactly what it missed.
    for (const cursor of chosen) {
      const rest = await readWholeLog(conversationId, cursor)
      expect(rest.map(({ seq }) => seq)).toEqual(Array.from({ length: last - cursor }, (_, index) => cursor + index + 1))
      expect(toComparable(applyEvents(stateAt(cursor), rest))).toEqual(toComparable(stateAt(last)))
    }
    for (const cursor of chosen) await expectStateAt(user, stateAt(cursor))

    // Half of what has happened is older than that.
    await pruneLogs(app.database, (Date.now() - Date.parse(records[last >> 1]?.at ?? '')) / 60_000)
    const [row] = await app.database.queries.select().from(conversations).where(eq(conversations.id, conversationId))
    const pruned = row?.prunedSeq ?? 0
    expect(pruned).toBeGreaterThan(0)
    expect(pruned).toBeLessThan(last)
    for (const cursor of [pruned, pruned + 1, ...chosen]) {
      if (cursor >= pruned) {
        const settled = records.slice(pruned, cursor).some(({ event }) => event.type === 'conversation-updated')
        await expectStateAt(user, stateAt(cursor), !settled)
        continue
      }
      const asked = user.client.conversations.at.query({ conversationId, cursor: String(cursor) })
      expect(await refused(asked)).toMatchObject({ code: 'BAD_REQUEST', reason: 'older-than-log', issues: [{ path: 'cursor' }] })
    }
    const { items, earliest } = await user.client.conversations.moments.query({ conversationId, limit: 100 })
    expect(earliest).toBe(String(pruned))
    for (const { cursor } of items) expect(Number(cursor)).toBeGreaterThanOrEqual(pruned)
    await Promise.all(clients.map((client) => client.close()))
  })
})

const toComparable = (state: ConversationState) => ({
  ...state,
  settled: Object.fromEntries(Object.values(state.settled).map((message) => [message.id, withoutTimes(message)])),
})

test('[L6] an answer that runs is not packed, nor is what it was continued from torn apart', async () => {
  const user = await app.createUser()
  const gate = createGate()
  app.provider.script(tokens(30, { perSecond: 300, stopAfter: 20, then: 'truncate' }))
  const first = await ask(user, 'one')
  expect(first.status).toBe('error')
  app.provider.script(async (reply) => {
    for (let word = 1; word <= 20; word += 1) {
      await reply.tokens([`w${word} `])
      await reply.sleep(3)
    }
    await reply.until(gate.opened)
    await reply.finish()
  })
  await user.client.messages.continue.mutate({ requestId: randomUUID(), messageId: first.assistantMessageId })
  const reader = follow(user.client, first.conversationId)
  await reader.until(() => reader.message(first.assistantMessageId)?.content.includes('w20 ') ?? false)
  const own = () =>
    app.database.queries
      .select({ row: conversationLog })
      .from(conversationLog)
      .innerJoin(generations, eq(generations.id, conversationLog.generationId))
      .where(and(eq(conversationLog.conversationId, first.conversationId), isNull(generations.endedAt)))
      .orderBy(asc(conversationLog.fromSeq))
  const before = await own()
  expect(before.length).toBeGreaterThan(1)
  await packLogs(app.database, atOnce)
  expect((await own()).slice(0, before.length)).toEqual(before)
  const [ended] = await app.database.queries
    .select()
    .from(conversationLog)
    .where(eq(conversationLog.conversationId, first.conversationId))
    .orderBy(asc(conversationLog.n))
    .limit(1)
  expect(ended).toBeDefined()
  gate.open()
  await reader.until(() => reader.message(first.assistantMessageId)?.status === 'completed')
  reader.stop()
})

test('[L6] the log of an answer costs at most twice its text, and every cursor in it still gets exactly the rest', async () => {
  const user = await app.createUser()
  const { conversationId, assistantMessageId: messageId } = await ask(user, 'say x')
  const { queries } = app.database
  const [conversation] = await queries.select().from(conversations).where(eq(conversations.id, conversationId))
  const [generation] = await queries.select().from(generations).where(eq(generations.messageId, messageId))
  const from = (conversation?.lastSeq ?? 0) + 1
  const words = [' the', ' weed', ' holds', ' fast', '.', ' to', ' rock', 's', ' tide', ',']
  const random = createSeededRandom(5)
  let [offset, at] = [0, Date.now()]
  const rows = Array.from({ length: 29_000 }, (_, index) => {
    const token = words[Math.floor(random() * words.length)] ?? ''
    const event = { type: 'text-delta', messageId, part: 1, offset, text: token }
    offset += token.length
    at += Math.floor(10 + random() * 90)
    const place = { conversationId, generationId: generation?.id ?? null, fromSeq: from + index, n: 1 }
    return { ...place, at: new Date(at), payload: JSON.stringify([event]) }
  })
  for (let start = 0; start < rows.length; start += 1_000) {
    await queries.insert(conversationLog).values(rows.slice(start, start + 1_000))
  }
  await queries
    .update(conversations)
    .set({ lastSeq: from + rows.length - 1 })
    .where(eq(conversations.id, conversationId))
  await queries.update(generations).set({ logPackedAt: null }).where(eq(generations.messageId, messageId))
  const measure = async () => {
    const result = await queries.$count(conversationLog, eq(conversationLog.conversationId, conversationId))
    const [sizes] = await queries
      .select({ payload: sumOf('octet_length(payload)'), row: sumOf('pg_column_size(conversation_log.*)') })
      .from(conversationLog)
      .where(eq(conversationLog.conversationId, conversationId))
    return { rows: result, payload: Number(sizes?.payload), row: Number(sizes?.row) }
  }
  expect(offset).toBeGreaterThan(100_000)
  expect((await measure()).payload).toBeGreaterThan(20 * offset)
  await packLogs(app.database, atOnce)
  const { payload, row, rows: left } = await measure()
  expect(left).toBeLessThan(40)
  expect(payload).toBeLessThanOrEqual(2 * offset)
  expect(row).toBeLessThanOrEqual(2 * offset)
  for (const cursor of [from - 1, from + 1_999, ...Array.from({ length: 12 }, () => from + Math.floor(random() * rows.length))]) {
    const page = await readLog(queries, conversationId, cursor)
    const expected = rows.slice(cursor - from + 1, cursor - from + 1 + page.length)
    expect(page.length).toBeGreaterThan(0)
    expect(page.map(({ seq, event }) => ({ seq, event }))).toEqual(
      expected.map(({ fromSeq, payload: events }) => ({ seq: fromSeq, event: (JSON.parse(events) as unknown[])[0] })),
    )
  }
  // Packed once, it stays as it is.
  expect(await packLogs(app.database, atOnce)).toBe(0)
})

function sumOf(expression: string) {
  return sql.raw(`sum(${expression})::text`) as unknown as SQL<string>
}

test('[M7] a conversation is copied as it was: a running answer, what was deleted since, and its name', async () => {
  const user = await app.createUser()
  const { client } = user
  const gate = createGate()
  app.provider.script(tokens(20, { stopAfter: 10, then: gate }))
  const { conversationId, userMessageId, assistantMessageId } = await send(user, 'tell me')
  const reader = follow(client, conversationId)
  const { cursor } = await reader.until(() => reader.message(assistantMessageId)?.content === tokensText(10))
  gate.open()
  await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
  app.provider.script(text('Later.'))
  const later = await ask(user, 'later', { conversationId })
  await client.conversations.update.mutate({ conversationId, title: 'Renamed' })
  await client.messages.delete.mutate({ requestId: randomUUID(), messageId: userMessageId })
  await client.messages.delete.mutate({ requestId: randomUUID(), messageId: assistantMessageId })

  const then = await client.conversations.at.query({ conversationId, cursor: String(cursor) })
  expect(then.messages.map(({ id, content, status }) => [id, content, status])).toEqual([
    [userMessageId, 'tell me', 'completed'],
    [assistantMessageId, tokensText(10), 'generating'],
  ])
  expect(then.conversation).toMatchObject({ hasActiveGeneration: true, state: 'thinking', title: 'tell me' })
  const request = { requestId: randomUUID(), messageId: assistantMessageId, cursor: String(cursor) }
  const copy = await client.conversations.fork.mutate(request)
  expect(await client.conversations.fork.mutate(request)).toEqual(copy)
  expect(copy.title).toBe('tell me (fork)')
  const { messages: copied } = await client.conversations.get.query({ conversationId: copy.id })
  expect(copied.map(({ content, status }) => [content, status])).toEqual([
    ['tell me', 'completed'],
    [tokensText(10), 'interrupted'],
  ])
  const { items } = await client.conversations.moments.query({ conversationId })
  const ownItems = items.filter(({ text: title }) => title !== 'A scripted title')
  expect(ownItems.map(({ kind, messageId }) => [kind, messageId])).toEqual([
    ['deleted', assistantMessageId],
    ['deleted', userMessageId],
    ['renamed', null],
    ['answered', later.assistantMessageId],
    ['question', later.userMessageId],
    ['answered', assistantMessageId],
    ['question', userMessageId],
  ])
  for (const input of [{ cursor: '99999' }, {}, { cursor: '1', at: '2026-01-01T00:00:00.000Z' }]) {
    expect(await refused(client.conversations.at.query({ conversationId, ...input }))).toMatchObject({
      code: 'BAD_REQUEST',
      issues: [{ path: 'cursor' }],
    })
  }
  const atTime = await client.conversations.at.query({ conversationId, at: new Date(clock.last + hourMs).toISOString() })
  expect(atTime.messages).toEqual((await client.conversations.get.query({ conversationId })).messages)
  await client.conversations.delete.mutate({ conversationId, permanent: true })
  expect(await refused(client.conversations.at.query({ conversationId, cursor: '1' }))).toMatchObject({ code: 'NOT_FOUND' })
  expect(await app.database.queries.$count(messages, eq(messages.conversationId, conversationId))).toBe(0)
  reader.stop()
})
