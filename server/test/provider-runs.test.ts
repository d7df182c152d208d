import { schema } from '@holdfast/drizzle'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, createTestApp, createTestUser, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { createDataDirectory } from '../testing/data-directory.ts'
import {
  createGate,
  createScriptedProvider,
  httpError,
  inTurn,
  readContinuation,
  text,
  tokens,
  tokensText,
  type Answer,
} from '../testing/scripted-provider/index.ts'
import type { Reply } from '../testing/scripted-provider/reply.ts'
import { startServerProcess } from '../testing/server-process.ts'
import { takeJobAway } from './chaos-queries.ts'
import { follow } from './follow.ts'
import { ask, send } from './send.ts'

const { modelCalls } = schema
const background = { LLM_API: 'responses', OPENAI_BACKGROUND: 'on' }

let app: TestApp
let user: TestUser

beforeAll(async () => {
  app = await createTestApp({ env: { ...background, MODEL_IDLE_TIMEOUT_MS: '2000' }, overrides: { random: () => 0 } })
  user = await app.createUser()
})
afterAll(() => app[Symbol.asyncDispose]())

test('a connection that breaks is not the end of a run: it is read again, and nothing is shown twice or paid for twice', async () => {
  app.provider.script(tokens(9, { stopAfter: 4, then: 'truncate' }))
  app.provider.scriptRun(tokens(9, { usage: { prompt_tokens: 20, completion_tokens: 9 } }))
  const calls = app.provider.calls
  const { assistantMessageId: messageId, response, status } = await ask(user, 'question')
  expect([status, response]).toEqual(['completed', tokensText(9)])
  expect(app.provider.requests.at(-1)?.body).toMatchObject({ background: true, store: true })
  expect(app.provider.calls - calls).toBe(1)
  expect(app.provider.runs.at(-1)).toBe(`GET /v1/responses/resp_${calls}?stream=true&starting_after=0`)
  const ledger = await app.database.queries.select().from(modelCalls).where(eq(modelCalls.messageId, messageId))
  expect(ledger).toMatchObject([{ state: 'completed', outputTokens: 9, inputTokens: 20, estimated: false }])
})

test('a run that says something else, or that is gone, is continued instead', async () => {
  app.provider.script(inTurn(tokens(9, { stopAfter: 4, then: 'truncate' }), tokens(5, { from: 5 })))
  app.provider.scriptRun(tokens(9, { from: 2 }))
  expect(await ask(user, 'question')).toMatchObject({ status: 'completed', response: tokensText(9) })
  app.provider.script(inTurn(tokens(9, { stopAfter: 4, then: 'truncate' }), tokens(5, { from: 5 })))
  app.provider.scriptRun(httpError(404))
  expect(await ask(user, 'question')).toMatchObject({ status: 'completed', response: tokensText(9) })
  expect(readContinuation(app.provider.requests.at(-1)?.body ?? {})?.said).toBe(tokensText(4))
})

test('a continuation that had only repeated its last words is read on by the next owner, and they are shown once', async () => {
  const said = 'It was the best of times, it was the worst of times, '
  const again = 'it was the worst of times, '
  const say =
    (words: string, then: (reply: Reply) => Promise<void> | void): Answer =>
    async (reply) => {
      await reply.tokens([words])
      await then(reply)
    }
  const gate = createGate()
  app.provider.script(
    inTurn(
      say(said, (reply) => reply.end()),
      say(again, async () => await gate.opened),
    ),
  )
  app.provider.scriptRun(httpError(404))
  const index = app.provider.calls
  const { assistantMessageId: messageId, conversationId } = await send(user, 'question')
  const reader = follow(user.client, conversationId)
  await app.provider.request(index + 1)
  const isKept = async () => {
    const calls = await app.database.queries.select().from(modelCalls).where(eq(modelCalls.messageId, messageId))
    return calls.some(({ state, providerRun }) => state === 'open' && providerRun !== null)
  }
  await expect.poll(isKept, { timeout: 10_000 }).toBe(true)
  app.provider.scriptRun(text(`${again}it was the age of wisdom`))
  expect(await takeJobAway(app.database.queries, messageId)).toBe(true)
  await reader.until(() => reader.message(messageId)?.status === 'completed')
  expect(reader.message(messageId)?.content).toBe(`${said}it was the age of wisdom`)
  expect(app.provider.calls - index).toBe(2)
  gate.open()
  reader.stop()
})

test('a stop ends the run at the provider, too', async () => {
  app.provider.script(tokens(9, { stopAfter: 4, then: 'hang' }))
  const index = app.provider.calls
  const sent = await send(user, 'question')
  const reader = follow(user.client, sent.conversationId)
  await reader.until(() => reader.message(sent.assistantMessageId)?.content === tokensText(4))
  await user.client.messages.cancel.mutate({ messageId: sent.assistantMessageId })
  await expect.poll(() => app.provider.runs.at(-1)).toBe(`POST /v1/responses/resp_${index}/cancel`)
  reader.stop()
})

test('a provider that keeps nothing is asked without a run', async () => {
  app.provider.script(inTurn(httpError(400, { message: 'Background mode is not available with zero data retention' }), tokens(3)))
  expect(await ask(user, 'question')).toMatchObject({ status: 'completed', response: tokensText(3) })
  expect(app.provider.requests.at(-1)?.body).toMatchObject({ store: false })
})

test('kill -9 in mid-text of a run: the next process reads it on, asks nobody, and the bill is that of one call', async () => {
  await using directory = await createDataDirectory()
  await using provider = await createScriptedProvider()
  provider.script(tokens(40, { stopAfter: 10, then: createGate() }))
  provider.scriptRun(tokens(40, { usage: { prompt_tokens: 20, completion_tokens: 40 } }))
  const env = { ...background, DATA_DIR: directory.path, OPENAI_BASE_URL: provider.baseUrl, OPENAI_MODEL: 'scripted-1' }
  await using first = await startServerProcess(env)
  const person = await createTestUser(first.url)
  const sent = await send(person, 'question')
  const before = follow(person.client, sent.conversationId)
  await before.until(() => before.message(sent.assistantMessageId)?.content === tokensText(10))
  before.stop()
  await person.close()
  await first.end('SIGKILL')

  await using second = await startServerProcess(env)
  const { client, close } = connect(second.url, person.token)
  const reader = follow(client, sent.conversationId)
  await reader.until((state) => state.conversation?.hasActiveGeneration === false)
  const message = reader.message(sent.assistantMessageId)
  expect(message).toMatchObject({
    status: 'completed',
    content: tokensText(40),
    usage: { inputTokens: 20, outputTokens: 40, estimated: false },
  })
  expect(message?.notes).toBeUndefined()
  expect([provider.calls, provider.runs]).toEqual([1, ['GET /v1/responses/resp_0?stream=true&starting_after=0']])
  reader.stop()
  await close()
})
