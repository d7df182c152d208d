import { schema } from '@holdfast/drizzle'
import { asc, eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import {
  createScriptedProvider,
  httpError,
  inTurn,
  text,
  tokens,
  tokensText,
  toolCalls,
  type ScriptedProvider,
} from '../testing/scripted-provider/index.ts'
import { follow } from './follow.ts'
import { ask, send } from './send.ts'

const { modelCalls } = schema

let app: TestApp
let spare: ScriptedProvider
let last: ScriptedProvider
let admin: TestUser

beforeAll(async () => {
  spare = await createScriptedProvider()
  last = await createScriptedProvider()
  app = await createTestApp({
    env: {
      MODEL_FALLBACKS: JSON.stringify([
        { baseUrl: spare.baseUrl, apiKey: 'sk-canary-of-a-fallback', model: 'spare-1' },
        { baseUrl: last.baseUrl, model: 'last-1' },
      ]),
      MODEL_PRICE_JSON: '{"scripted-1":{"input":0,"output":1},"spare-1":{"input":0,"output":1000}}',
    },
    overrides: { random: () => 0 },
  })
  admin = await app.createUser()
})
beforeEach(() => {
  app.provider.script(text('Mine.'))
  spare.script(text('From the spare.'))
  last.script(text('From the last.'))
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await spare[Symbol.asyncDispose]()
  await last[Symbol.asyncDispose]()
})

const writer = (name: string, provider: ScriptedProvider, place = { part: 0, offset: 0 }) => ({
  name,
  provider: new URL(provider.baseUrl).host,
  ...place,
})

async function answered(user = admin) {
  const before = [app.provider.calls, spare.calls, last.calls]
  const { assistantMessageId: messageId, conversationId } = await ask(user, 'question')
  const { messages } = await user.client.messages.list.query({ conversationId })
  const calls = [app.provider.calls, spare.calls, last.calls].map((count, index) => count - (before[index] ?? 0))
  const ledger = await app.database.queries
    .select()
    .from(modelCalls)
    .where(eq(modelCalls.messageId, messageId))
    .orderBy(asc(modelCalls.startedAt))
  return { message: messages.at(-1), calls, ledger: ledger.map(({ model, state }) => `${model} ${state}`) }
}

describe('before the first token', () => {
  test('[R17] a key that is refused: the next model at once, and it is its answer', async () => {
    app.provider.script(httpError(401))
    const { message, calls, ledger } = await answered()
    expect(message).toMatchObject({
      status: 'completed',
      content: 'From the spare.',
      model: 'fallback-1/spare-1',
      notes: [{ kind: 'written-by', writers: [writer('spare-1', spare)] }],
    })
    expect(calls).toEqual([1, 1, 0])
    expect(ledger).toEqual(['scripted-1 failed', 'fallback-1/spare-1 completed'])
    expect(spare.requests.at(-1)?.headers.authorization).toBe('Bearer sk-canary-of-a-fallback')
  })

  test('an overloaded provider: the usual tries, then the next, which is gone, then the last', async () => {
    app.provider.script(httpError(503))
    spare.script(httpError(404, { message: 'The model does not exist', code: 'model_not_found' }))
    const { message, calls } = await answered()
    expect(message).toMatchObject({ status: 'completed', content: 'From the last.', model: 'fallback-2/last-1' })
    expect(message?.notes).toMatchObject([{ writers: [writer('last-1', last)] }])
    expect(calls).toEqual([3, 1, 1])
  })

  test('when all fail, the error is that of the last one', async () => {
    for (const provider of [app.provider, spare]) provider.script(httpError(401))
    last.script(httpError(429, { code: 'insufficient_quota', type: 'insufficient_quota' }))
    const { message, calls } = await answered()
    expect(message).toMatchObject({
      status: 'error',
      error: { code: 'provider-quota', provider: new URL(last.baseUrl).host },
    })
    expect(calls).toEqual([1, 1, 1])
  })

  test('never for what a filter refuses', async () => {
    app.provider.script(httpError(400, { code: 'content_filter' }))
    const { message, calls } = await answered()
    expect(message).toMatchObject({ status: 'error', error: { code: 'content-filter' } })
    expect(calls).toEqual([1, 0, 0])
  })
})

describe('in mid-answer', () => {
  test('[R17] [F8] another model goes on in the same part; each is named, and paid for by its own price', async () => {
    app.provider.script(tokens(9, { stopAfter: 4, then: 'truncate' }))
    spare.script(tokens(5, { from: 5, usage: { prompt_tokens: 10, completion_tokens: 5 } }))
    const { message, calls, ledger } = await answered()
    expect(message).toMatchObject({
      status: 'completed',
      content: tokensText(9),
      parts: [{ type: 'text', text: tokensText(9) }],
      notes: [
        {
          kind: 'written-by',
          writers: [
            { model: 'scripted-1', ...writer('scripted-1', app.provider) },
            { model: 'fallback-1/spare-1', ...writer('spare-1', spare, { part: 0, offset: tokensText(4).length }) },
          ],
        },
      ],
    })
    expect(calls).toEqual([1, 1, 0])
    expect(ledger).toEqual(['scripted-1 failed', 'fallback-1/spare-1 completed'])
    // Five tokens for a thousand millionths each, and a few for one.
    expect(message?.costMicroUsd).toBeGreaterThanOrEqual(5_000)
    expect(message?.costMicroUsd).toBeLessThan(5_100)
  })

  test('after a tool has run, which is not run again', async () => {
    app.provider.script(inTurn(toolCalls({ name: 'add_task', args: { title: 'Buy milk' } }), httpError(401)))
    const { message, calls } = await answered()
    expect(message).toMatchObject({ status: 'completed', content: 'From the spare.' })
    expect(message?.notes).toMatchObject([
      { writers: [{ model: 'scripted-1' }, writer('spare-1', spare, { part: 1, offset: 0 })] },
    ])
    expect(calls).toEqual([2, 1, 0])
    const { items } = await admin.client.tasks.list.query({})
    expect(items.filter(({ title }) => title === 'Buy milk')).toHaveLength(1)
  })

  test('never when a person stops the answer', async () => {
    app.provider.script(tokens(9, { stopAfter: 2, then: 'hang' }))
    const before = spare.calls
    const sent = await send(admin, 'question')
    const reader = follow(admin.client, sent.conversationId)
    await reader.until(() => reader.message(sent.assistantMessageId)?.content === tokensText(2))
    await admin.client.messages.cancel.mutate({ messageId: sent.assistantMessageId })
    await reader.until(() => reader.message(sent.assistantMessageId)?.status === 'cancelled')
    reader.stop()
    expect(spare.calls).toBe(before)
  })
})

test('they are not offered, and the list of an administrator comes before them', async () => {
  const { items } = await admin.client.models.list.query()
  expect(items.map(({ id }) => id)).toEqual(['scripted-1', 'scripted-2'])
  await admin.client.admin.settings.update.mutate({ fallbacks: { openai: ['scripted-2', 'gone-1'] } })
  app.provider.script((reply) => (reply.request.body.model === 'scripted-2' ? text('The second.') : httpError(401))(reply))
  const { message, calls } = await answered()
  expect(message).toMatchObject({ status: 'completed', content: 'The second.', model: 'scripted-2' })
  expect(calls).toEqual([2, 0, 0])
  await admin.client.admin.settings.update.mutate({ fallbacks: {} })
})
