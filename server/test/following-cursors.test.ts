import { randomUUID } from 'node:crypto'
import { applyEvents, emptyConversationState, snapshotToState, type EventRecord } from '@holdfast/shared'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pruneLogs } from '../src/event-log/log-janitor.ts'
import { catchUp } from './catch-up.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { follow, type Follower } from './follow.ts'
import { createGate, tokens, tokensText } from '../testing/scripted-provider/index.ts'
import { ask, send } from './send.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp({ overrides: { heartbeatMs: 50 } })
})
afterAll(() => app[Symbol.asyncDispose]())

/** A conversation with a bit of everything in its log, at rest. */
async function createHistory(user: TestUser): Promise<{ conversationId: string; last: number }> {
  // Named by a person: no title comes from the model later on.
  const { id: conversationId } = await user.client.conversations.create.mutate({ title: 'Mine' })
  app.provider.script(tokens(12, { perSecond: 400 }))
  const { assistantMessageId: messageId } = await ask(user, 'one', { conversationId })
  await user.client.conversations.update.mutate({ conversationId, pinned: true })
  app.provider.script(tokens(4))
  await ask(user, 'two', { conversationId })
  await user.client.messages.delete.mutate({ requestId: randomUUID(), messageId })
  return { conversationId, last: await cursorOf(user, conversationId) }
}

async function cursorOf(user: TestUser, conversationId: string): Promise<number> {
  return Number((await user.client.conversations.get.query({ conversationId })).cursor)
}

const seqsOf = (reader: Follower) => reader.batches.flat().map(({ seq }) => seq)
const range = (from: number, to: number) => Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)
const newReader = (cursor: number) => ({ from: { ...emptyConversationState, cursor }, lastEventId: String(cursor) })

/** A change that every reader hears of. */
async function change(user: TestUser, conversationId: string, title: string): Promise<void> {
  await user.client.conversations.update.mutate({ conversationId, title })
}

describe.each(['WebSocket', 'SSE'] as const)('[C2] over %s a cursor that says nothing', (transport) => {
  const clientOf = (user: TestUser) => (transport === 'SSE' ? user.sseClient : user.client)

  test('is answered by a snapshot that stands at its own seq, and by everything after it', async () => {
    const user = await app.createUser()
    const { conversationId, last } = await createHistory(user)
    const odd = [
      '',
      'abc',
      '-1',
      '-0',
      '1.5',
      ' 3',
      '3 ',
      '0x3',
      '1e1',
      '٣',
      'null',
      '99999999',
      '999999999999999',
      '9'.repeat(400),
      '3\n',
    ]
    const readers = [undefined, ...odd].map((lastEventId) =>
      follow(clientOf(user), conversationId, lastEventId === undefined ? {} : { lastEventId }),
    )
    for (const reader of readers) {
      await reader.until(({ conversation }) => conversation !== null)
      const [snapshot] = reader.batches[0] ?? []
      expect(reader.batches[0]).toHaveLength(1)
      expect(snapshot).toMatchObject({ seq: last, event: { type: 'snapshot', cursor: String(last), nextCursor: null } })
    }
    await change(user, conversationId, 'Changed')
    for (const reader of readers) {
      await reader.until(({ conversation }) => conversation?.title === 'Changed')
      expect(seqsOf(reader)).toEqual([last, last + 1])
      reader.stop()
    }
  })

  test('is null for a reader that has none', async () => {
    const user = await app.createUser()
    const { conversationId, last } = await createHistory(user)
    const first = Promise.withResolvers<readonly EventRecord[]>()
    const subscription = clientOf(user).conversations.follow.subscribe(
      { conversationId, lastEventId: null },
      { onData: ({ id, data }) => first.resolve((expect(id).toBe(String(last)), data)), onError: first.reject },
    )
    expect((await first.promise)[0]).toMatchObject({ seq: last, event: { type: 'snapshot' } })
    subscription.unsubscribe()
  })
})

test('[C1] every cursor of a log resumes with exactly the rest', async () => {
  const user = await app.createUser()
  const { conversationId, last } = await createHistory(user)
  const whole = follow(user.client, conversationId, newReader(0))
  await whole.until(({ cursor }) => cursor === last)
  const records = whole.batches.flat()
  expect(seqsOf(whole)).toEqual(range(1, last))
  const truth = snapshotToState(await user.client.conversations.get.query({ conversationId }))
  for (let cursor = 0; cursor <= last; cursor += 1) {
    const from = applyEvents(emptyConversationState, records.slice(0, cursor))
    const reader = follow(user.client, conversationId, { lastEventId: String(cursor), from })
    await reader.until((state) => state.cursor === last)
    await expect.poll(() => reader.batches.length).toBeGreaterThan(0)
    expect(seqsOf(reader)).toEqual(range(cursor + 1, last))
    expect(reader.state().settled).toEqual(truth.settled)
    expect(reader.state().conversation).toEqual(truth.conversation)
    reader.stop()
  }
  whole.stop()
})

test('[C1] every yield carries the cursor after it, [C4] also the heartbeat, which is empty', async () => {
  const user = await app.createUser()
  const { conversationId, last } = await createHistory(user)
  for (const client of [user.client, user.sseClient]) {
    const beats: { id: string; data: readonly EventRecord[] }[] = []
    const enough = Promise.withResolvers<void>()
    const subscription = client.conversations.follow.subscribe(
      { conversationId, lastEventId: String(last - 2) },
      {
        onData: ({ id, data }) => {
          beats.push({ id, data })
          if (beats.filter((beat) => beat.data.length === 0).length === 3) enough.resolve()
        },
        onError: enough.reject,
      },
    )
    await enough.promise
    subscription.unsubscribe()
    for (const { id, data } of beats) expect(id).toBe(String(data.at(-1)?.seq ?? last))
    expect(beats.flatMap(({ data }) => data.map(({ seq }) => seq))).toEqual([last - 1, last])
  }
})

describe('[L5] a pruned log', () => {
  test('gives a snapshot for what is gone, and what is new for the newest cursor', async () => {
    const user = await app.createUser()
    const { conversationId, last } = await createHistory(user)
    const live = follow(user.client, conversationId)
    await live.until(({ conversation }) => conversation !== null)
    await pruneLogs(app.database, 0)
    for (const cursor of [0, 1, last - 1]) {
      const reader = follow(user.client, conversationId, newReader(cursor))
      await reader.until(({ conversation }) => conversation !== null)
      expect(seqsOf(reader)).toEqual([last])
      reader.stop()
    }
    const current = follow(user.client, conversationId, newReader(last))
    await expect.poll(() => current.batches.length).toBeGreaterThan(1)
    await change(user, conversationId, 'Changed')
    for (const reader of [current, live]) await reader.until(({ conversation }) => conversation?.title === 'Changed')
    expect(seqsOf(current)).toEqual([last + 1])
    expect(seqsOf(live)).toEqual([last, last + 1])
    live.stop()
    current.stop()
  })

  test('keeps the first event of what is being written, and all after it', async () => {
    const user = await app.createUser()
    const { conversationId, last } = await createHistory(user)
    const gate = createGate()
    app.provider.script(tokens(20, { stopAfter: 10, then: gate }))
    const { assistantMessageId } = await send(user, 'three', { conversationId })
    const reader = follow(user.client, conversationId, newReader(last))
    await reader.until(() => reader.message(assistantMessageId)?.content === tokensText(10))
    const started = reader.batches.flat().find(({ event }) => event.type === 'generation-started')?.seq ?? 0
    await pruneLogs(app.database, 0)

    // Events pruned before it leave no gap: a reader from just before the first event has all of the text.
    const late = follow(user.client, conversationId, newReader(started - 1))
    const fresh = follow(user.client, conversationId)
    await fresh.until(() => fresh.message(assistantMessageId)?.content === tokensText(10))
    expect(await user.client.messages.content.query({ messageId: assistantMessageId })).toMatchObject({ content: tokensText(10) })
    gate.open()
    for (const one of [reader, fresh]) await one.until(() => one.message(assistantMessageId)?.status === 'completed')
    const { cursor, messages } = await catchUp(user, fresh, { conversationId })
    await late.until((state) => state.cursor >= Number(cursor))
    expect(seqsOf(late).slice(0, 3)).toEqual(range(started, started + 2))
    expect(fresh.message(assistantMessageId)).toEqual(messages.at(-1))
    expect(messages.at(-1)).toMatchObject({ content: tokensText(20), status: 'completed' })
    for (const one of [reader, late, fresh]) one.stop()
  })

  test('keeps what an answer needs that only waits', async () => {
    const user = await app.createUser()
    const gate = createGate()
    app.provider.script(tokens(4, { stopAfter: 1, then: gate }))
    const first = await send(user, 'one')
    const second = await send(user, 'two', { conversationId: first.conversationId })
    const reader = follow(user.client, first.conversationId)
    await reader.until(() => reader.message(first.assistantMessageId)?.content === 't1 ')
    await pruneLogs(app.database, 0)
    gate.open()
    await reader.until(() => reader.message(second.assistantMessageId)?.status === 'completed')
    await pruneLogs(app.database, 0)
    expect(await user.client.messages.content.query({ messageId: second.assistantMessageId })).toMatchObject({
      content: tokensText(4),
    })
    reader.stop()
  })
})
