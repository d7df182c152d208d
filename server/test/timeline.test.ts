import { schema } from '@holdfast/drizzle'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { refused } from './refused.ts'
import { ask, send } from './send.ts'

let app: TestApp
let user: TestUser
beforeAll(async () => {
  app = await createTestApp({
    env: { MODEL_PRICE_JSON: '{"scripted-1":{"input":1,"output":2}}' },
    overrides: { random: () => 0 },
  })
  user = await app.createUser()
})
afterAll(() => app[Symbol.asyncDispose]())

const timelineOf = (messageId: string, of = user) => of.client.messages.timeline.query({ messageId })

test('an answer with a tool tells its way, in order', async () => {
  const { assistantMessageId } = await ask(user, 'tool list_tasks {"status":"all"}')
  const timeline = await timelineOf(assistantMessageId)
  expect(timeline).toMatchObject({
    messageId: assistantMessageId,
    status: 'completed',
    retries: 0,
    claims: 1,
    continuations: 0,
    modelCalls: [
      { step: 0, model: 'scripted-1', state: 'completed', errorCode: null },
      { step: 1, model: 'scripted-1', state: 'completed', errorCode: null },
    ],
    toolCalls: [{ step: 0, name: 'list_tasks', state: 'done' }],
  })
  const { queuedAt, startedAt, firstTokenAt, endedAt, modelCalls, toolCalls } = timeline
  const times = [queuedAt, startedAt, modelCalls[0]?.startedAt, toolCalls[0]?.endedAt, firstTokenAt, endedAt]
  expect(times.every((time) => typeof time === 'string')).toBe(true)
  expect(times).toEqual(times.toSorted())
  expect(timeline.costMicroUsd).toBe(modelCalls.reduce((sum, call) => sum + (call.costMicroUsd ?? 0), 0))
  expect(timeline.costMicroUsd).toBeGreaterThan(0)
})

test('the speed counts the time in which the model wrote', async () => {
  const { assistantMessageId } = await ask(user, 'tokens 40 at 100')
  const { tokensPerSecond, modelCalls, firstTokenAt } = await timelineOf(assistantMessageId)
  const [call] = modelCalls
  const wroteMs = Date.parse(call?.endedAt ?? '') - Date.parse(firstTokenAt ?? '')
  expect(wroteMs).toBeGreaterThan(0)
  expect(tokensPerSecond).toBeCloseTo(((call?.outputTokens ?? 0) * 1_000) / wroteMs, 3)
})

test('tries that failed are counted and named', async () => {
  const { assistantMessageId } = await ask(user, 'error 503 x2 then tokens 3')
  const timeline = await timelineOf(assistantMessageId)
  expect(timeline.retries).toBe(2)
  expect(timeline.modelCalls.map(({ state, errorCode }) => [state, errorCode])).toEqual([
    ['failed', 'provider-overloaded'],
    ['failed', 'provider-overloaded'],
    ['completed', null],
  ])
})

test('an answer that runs has no end, and one that is queued has not begun', async () => {
  const running = await send(user, 'tokens 10 hold after 2')
  await expect.poll(async () => (await timelineOf(running.assistantMessageId)).firstTokenAt).not.toBeNull()
  expect(await timelineOf(running.assistantMessageId)).toMatchObject({
    status: 'generating',
    endedAt: null,
    tokensPerSecond: null,
  })
  const { conversationId, assistantMessageId } = running
  const queued = await send(user, 'say next', { conversationId, parentId: assistantMessageId })
  expect(await timelineOf(queued.assistantMessageId)).toMatchObject({
    status: 'queued',
    startedAt: null,
    firstTokenAt: null,
    claims: 0,
    modelCalls: [],
  })
  await user.client.messages.cancel.mutate({ messageId: assistantMessageId })
})

test('when the log is pruned, the ledger still tells', async () => {
  const { assistantMessageId, conversationId } = await ask(user, 'say hello')
  await app.database.queries.delete(schema.conversationLog).where(eq(schema.conversationLog.conversationId, conversationId))
  const timeline = await timelineOf(assistantMessageId)
  expect(timeline.firstTokenAt).toBeNull()
  expect(timeline.startedAt).toBe(timeline.modelCalls[0]?.startedAt)
  expect(timeline.endedAt).not.toBeNull()
})

test('a copy has no history, a question is no answer, and a stranger learns nothing', async () => {
  const { assistantMessageId, userMessageId } = await ask(user, 'say hello')
  const fork = await user.client.conversations.fork.mutate({ requestId: crypto.randomUUID(), messageId: assistantMessageId })
  expect(await timelineOf(fork.activeMessageId ?? '')).toMatchObject({ startedAt: null, modelCalls: [], claims: 0 })
  expect(await refused(timelineOf(userMessageId))).toMatchObject({ code: 'BAD_REQUEST', issues: [{ path: 'messageId' }] })
  const stranger = await app.createUser()
  expect(await refused(timelineOf(assistantMessageId, stranger))).toMatchObject({ code: 'NOT_FOUND' })
})
