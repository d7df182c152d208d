import { randomUUID } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import type { ConversationState, Message } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { follow } from './follow.ts'
import {
  completion,
  createGate,
  hangBeforeHeaders,
  httpError,
  inTurn,
  text,
  tokens,
  toolCalls,
  type Answer,
} from '../testing/scripted-provider/index.ts'

const { modelCalls, searchDocuments } = schema
let app: TestApp

beforeAll(async () => {
  app = await createTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

const billed = (prompt_tokens: number, completion_tokens: number) => ({ prompt_tokens, completion_tokens })

async function ask(user: TestUser, content: string, conversationId?: string) {
  const input = { requestId: randomUUID(), content, ...(conversationId === undefined ? {} : { conversationId }) }
  const sent = await user.client.messages.send.mutate(input)
  return { ...sent, reader: follow(user.client, sent.conversationId) }
}

const thinkForEver: Answer = async (reply) => {
  await reply.think('Hm.')
  await reply.until(new Promise<never>(() => undefined))
}
const afterTool = inTurn(toolCalls({ name: 'list_tasks', args: { status: 'all' } }), tokens(100, { stopAfter: 10, then: 'hang' }))
let readerIsThere = createGate()
const failLater: Answer = async (reply) => {
  await reply.until(readerIsThere.opened)
  await httpError(503, {}, { 'retry-after': '30' })(reply)
}
const isTriedAgain = ({ id }: Message, { retries }: ConversationState) => id in retries

async function readCalls(conversationId: string) {
  return app.database.queries
    .select()
    .from(modelCalls)
    .where(eq(modelCalls.conversationId, conversationId))
    .orderBy(modelCalls.startedAt)
}

test('the ledger adds up to what the provider billed: steps, tools and the title', async () => {
  const user = await app.createUser()
  app.provider.scriptCompletion(completion('Two steps', billed(7, 3)))
  app.provider.script(
    inTurn(
      async (reply) => {
        await toolCalls({ name: 'list_tasks', args: { status: 'all' } })({
          ...reply,
          finish: async () => reply.finish('tool_calls', billed(100, 20)),
        })
      },
      text('Nothing to do.', { usage: billed(150, 5) }),
    ),
  )
  const { reader, assistantMessageId, conversationId } = await ask(user, 'What is on my list?')
  await reader.until((state) => state.conversation?.title === 'Two steps')
  const message = reader.message(assistantMessageId)
  expect(message?.usage).toEqual({ inputTokens: 250, outputTokens: 25, estimated: false })
  const calls = await readCalls(conversationId)
  expect(
    calls.map(({ purpose, step, state, inputTokens, outputTokens }) => ({ purpose, step, state, inputTokens, outputTokens })),
  ).toEqual([
    { purpose: 'answer', step: 0, state: 'completed', inputTokens: 100, outputTokens: 20 },
    { purpose: 'answer', step: 1, state: 'completed', inputTokens: 150, outputTokens: 5 },
    { purpose: 'title', step: 0, state: 'completed', inputTokens: 7, outputTokens: 3 },
  ])
  const summary = await user.client.usage.summary.query({ by: 'conversation' })
  expect(summary.items).toEqual([
    expect.objectContaining({ key: conversationId, label: 'Two steps', calls: 3, inputTokens: 257, outputTokens: 28 }),
  ])
  expect(summary.total).toMatchObject({ calls: 3, inputTokens: 257, outputTokens: 28, estimatedCalls: 0 })
  app.provider.scriptCompletion(httpError(503))
})

test('a cancelled and a failed call each have a row with our own count, marked as such', async () => {
  const user = await app.createUser()
  const gate = createGate()
  app.provider.script(tokens(100, { stopAfter: 40, then: gate }))
  const cancelled = await ask(user, 'cancel me')
  await cancelled.reader.until(() => (cancelled.reader.message(cancelled.assistantMessageId)?.content.length ?? 0) > 100)
  await user.client.messages.cancel.mutate({ messageId: cancelled.assistantMessageId })
  await cancelled.reader.until(() => cancelled.reader.message(cancelled.assistantMessageId)?.status === 'cancelled')
  const [row] = await readCalls(cancelled.conversationId)
  expect(row).toMatchObject({ state: 'cancelled', estimated: true, errorCode: 'aborted' })
  expect(row?.outputTokens).toBeGreaterThan(20)
  expect(row?.inputTokens).toBeGreaterThan(10)
  expect(cancelled.reader.message(cancelled.assistantMessageId)?.usage).toMatchObject({ estimated: true })

  app.provider.script(httpError(401))
  const failed = await ask(user, 'fail')
  await failed.reader.until(() => failed.reader.message(failed.assistantMessageId)?.status === 'error')
  expect(await readCalls(failed.conversationId)).toMatchObject([{ state: 'failed', outputTokens: 0, estimated: true }])
})

test.each([
  ['before the first byte', hangBeforeHeaders, () => app.provider.active > 0, ['cancelled']],
  ['while it thinks', thinkForEver, ({ parts }: Message) => parts.length > 0, ['cancelled']],
  ['in mid-text', tokens(100, { stopAfter: 10, then: 'hang' }), ({ content }: Message) => content !== '', ['cancelled']],
  ['after a tool', afterTool, ({ parts }: Message) => parts.some(({ type }) => type === 'text'), ['completed', 'cancelled']],
  ['between two tries', failLater, isTriedAgain, ['failed']],
] as const)('cancelled %s: each call that was made has its row, and none stays open', async (_when, answer, isThere, states) => {
  const user = await app.createUser()
  readerIsThere = createGate()
  app.provider.script(answer)
  const before = app.provider.calls
  const { reader, assistantMessageId, conversationId } = await ask(user, 'stop me')
  await reader.until(() => reader.message(assistantMessageId) !== undefined)
  readerIsThere.open()
  await reader.until((state) => {
    const message = reader.message(assistantMessageId)
    return message !== undefined && isThere(message, state)
  })
  await user.client.messages.cancel.mutate({ messageId: assistantMessageId })
  await reader.until(() => reader.message(assistantMessageId)?.status === 'cancelled')
  await expect.poll(async () => (await readCalls(conversationId)).map(({ state }) => state), { timeout: 30_000 }).toEqual(states)
  expect(app.provider.calls - before).toBe(states.length)
})

test('a refused request costs nothing, whether for an answer or for a title', async () => {
  const user = await app.createUser()
  app.provider.script(text('ok', { usage: billed(10, 2) }))
  app.provider.scriptCompletion(httpError(401))
  const { conversationId } = await ask(user, 'hello')
  await expect
    .poll(
      async () => (await readCalls(conversationId)).map(({ purpose, state, inputTokens }) => ({ purpose, state, inputTokens })),
      {
        timeout: 30_000,
      },
    )
    .toEqual([
      { purpose: 'answer', state: 'completed', inputTokens: 10 },
      { purpose: 'title', state: 'failed', inputTokens: 0 },
    ])
  app.provider.scriptCompletion(httpError(503))
})

test('each try of a step has a row of its own', async () => {
  const user = await app.createUser()
  app.provider.script(inTurn(httpError(503), httpError(503), text('At last.', { usage: billed(10, 2) })))
  const { reader, assistantMessageId, conversationId } = await ask(user, 'try')
  await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
  const tries = (await readCalls(conversationId)).filter(({ purpose }) => purpose === 'answer')
  expect(tries.map(({ state }) => state)).toEqual(['failed', 'failed', 'completed'])
})

test('usage is counted by day and by model, per user, and an unknown price is unknown', async () => {
  const user = await app.createUser()
  app.provider.script(text('ok', { usage: billed(10, 2) }))
  // The title is set by hand, so no model call generates one, and there is one call.
  const { id: conversationId } = await user.client.conversations.create.mutate({ title: 'Counted' })
  const { assistantMessageId } = await user.client.messages.send.mutate({
    requestId: randomUUID(),
    conversationId,
    content: 'count',
  })
  const reader = follow(user.client, conversationId)
  await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
  const today = new Date().toISOString().slice(0, 10)
  const byDay = await user.client.usage.summary.query({ by: 'day', from: today, to: today })
  expect(byDay.items).toMatchObject([{ key: today, inputTokens: 10, outputTokens: 2, unknownCostCalls: 1, costMicroUsd: 0 }])
  expect(await user.client.usage.summary.query(), 'no input is needed').toMatchObject({ total: byDay.total })
  const byModel = await user.client.usage.summary.query({ by: 'model' })
  expect(byModel.items).toMatchObject([{ key: 'scripted-1', calls: 1 }])
  const past = await user.client.usage.summary.query({ by: 'day', to: '2020-01-01' })
  expect(past.items).toEqual([])
  expect(past.total.calls).toBe(0)
  const stranger = await app.createUser()
  expect((await stranger.client.usage.summary.query({ by: 'day' })).total.calls).toBe(0)
  await expect(user.client.usage.summary.query({ by: 'day', from: 'yesterday' })).rejects.toMatchObject({
    data: { code: 'BAD_REQUEST', issues: [{ path: 'from' }] },
  })
})

test('D32 a provider that fails before its first word is not paid', async () => {
  const user = await app.createUser()
  app.provider.script(httpError(500))
  const { reader, assistantMessageId, conversationId } = await ask(user, 'fail')
  await reader.until(() => reader.message(assistantMessageId)?.status === 'error')
  const calls = (await readCalls(conversationId)).filter(({ purpose }) => purpose === 'answer')
  expect(calls.map(({ inputTokens, outputTokens }) => [inputTokens, outputTokens])).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
  ])
  expect(reader.message(assistantMessageId)?.usage).toMatchObject({ inputTokens: 0, outputTokens: 0 })
})

test('B47 a day begins by the clocks of that day, not by those of today', async () => {
  const user = await app.createUser()
  app.provider.script(text('ok', { usage: billed(10, 2) }))
  const { id: conversationId } = await user.client.conversations.create.mutate({ title: 'Summer' })
  const { reader, assistantMessageId } = await ask(user, 'otter in summer', conversationId)
  await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
  // Half past midnight on the 21st in Berlin, where it is summer time until the 25th.
  const startedAt = new Date('2026-10-20T22:30:00Z')
  const { queries } = app.database
  await queries.update(modelCalls).set({ startedAt }).where(eq(modelCalls.conversationId, conversationId))
  await queries.update(searchDocuments).set({ createdAt: startedAt }).where(eq(searchDocuments.conversationId, conversationId))
  const day = '2026-10-21'
  const winter = { utcOffsetMinutes: 60 }
  const berlin = { ...winter, timeZone: 'Europe/Berlin' }
  const keysOf = async (zone: object) =>
    (await user.client.usage.summary.query({ by: 'day', ...zone })).items.map(({ key }) => key)
  const callsOn = async (zone: object) =>
    (await user.client.usage.summary.query({ by: 'model', from: day, to: day, ...zone })).total.calls
  const foundOn = async (zone: object) =>
    (await user.client.search.messages.query({ query: 'otter', from: day, to: day, ...zone })).items.length
  expect([await keysOf(berlin), await callsOn(berlin), await foundOn(berlin)]).toEqual([[day], 1, 1])
  // Without a zone, or with one that the database does not know, the offset counts as before.
  for (const zone of [winter, { ...winter, timeZone: 'Europe/Atlantis' }]) {
    expect([await keysOf(zone), await callsOn(zone), await foundOn(zone)]).toEqual([['2026-10-20'], 0, 0])
  }
  await expect(user.client.usage.summary.query({ by: 'day', timeZone: "Europe/Berlin'" })).rejects.toMatchObject({
    data: { code: 'BAD_REQUEST', issues: [{ path: 'timeZone' }] },
  })
})

test('a history that does not fit is trimmed by whole turns, and what is left is a valid one', async () => {
  await using small = await createTestApp({ env: { MODEL_CONTEXT_WINDOW: '8192' } })
  const user = await small.createUser()
  small.provider.script(text('ok'))
  const { id: conversationId } = await user.client.conversations.create.mutate({ title: 'Long' })
  for (let turn = 0; turn < 6; turn += 1) {
    const content = `question ${turn} ${'lorem ipsum dolor '.repeat(500)}`
    await user.client.messages.complete.mutate({ requestId: randomUUID(), conversationId, content })
  }
  const sent = small.provider.requests.at(-1)?.body.messages ?? []
  expect(sent[0]?.role).toBe('system')
  expect(sent.slice(1).map(({ role }) => role)).toEqual(sent.slice(1).map((_, index) => (index % 2 === 0 ? 'user' : 'assistant')))
  expect(String(sent.at(-1)?.content)).toContain('question 5')
  expect(sent.some(({ content }) => String(content).includes('question 0'))).toBe(false)
  expect(small.logs.some((line) => line['event'] === 'history-trimmed')).toBe(true)
})
