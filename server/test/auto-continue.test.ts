import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { schema } from '@holdfast/drizzle'
import { asc, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect, createTestApp, createTestUser, type TestApp } from '../testing/create-test-app.ts'
import { createDataDirectory } from '../testing/data-directory.ts'
import {
  createGate,
  createScriptedProvider,
  inTurn,
  readContinuation,
  text,
  thinking,
  tokens,
  tokensText,
  type Answer,
} from '../testing/scripted-provider/index.ts'
import { startServerProcess } from '../testing/server-process.ts'
import { follow } from './follow.ts'
import { ask } from './send.ts'

const { modelCalls } = schema
const crashingMain = fileURLToPath(new URL('./crashing-main.ts', import.meta.url))

describe('a provider that breaks off in mid-answer', () => {
  let app: TestApp

  beforeAll(async () => {
    // Backing off takes half a second and no more.
    app = await createTestApp({
      env: { MODEL_IDLE_TIMEOUT_MS: '500', MODEL_PRICE_JSON: '{"scripted-1":{"input":1000,"output":1000}}' },
      overrides: { random: () => 0 },
    })
  })
  afterAll(() => app[Symbol.asyncDispose]())

  async function answer(...answers: readonly Answer[]) {
    app.provider.script(inTurn(...answers))
    const calls = app.provider.calls
    const user = await app.createUser()
    const answered = await ask(user, 'question')
    const { messages } = await user.client.messages.list.query({ conversationId: answered.conversationId })
    const ledger = await app.database.queries
      .select()
      .from(modelCalls)
      .where(eq(modelCalls.messageId, answered.assistantMessageId))
      .orderBy(asc(modelCalls.startedAt))
    return { message: messages.at(-1), calls: app.provider.calls - calls, ledger }
  }

  test.for(['truncate', 'hang'] as const)('is asked to go on: %s', async (then) => {
    const { message, calls, ledger } = await answer(
      tokens(9, { stopAfter: 5, then }),
      tokens(4, { from: 6, usage: { prompt_tokens: 100, completion_tokens: 8 } }),
    )
    expect(message).toMatchObject({
      status: 'completed',
      content: tokensText(9),
      error: null,
      notes: [{ kind: 'resumed', times: 1, cause: 'provider' }],
    })
    expect(message?.parts).toHaveLength(1)
    expect(calls).toBe(2)
    expect(app.provider.requests.at(-1)?.body.messages?.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user'])
    const [cut, whole] = ledger
    expect(cut).toMatchObject({ state: 'failed', estimated: true })
    expect(cut?.outputTokens).toBeGreaterThan(5)
    expect(whole).toMatchObject({ state: 'completed', outputTokens: 8, finishReason: 'stop' })
    expect(message?.usage?.outputTokens).toBe((cut?.outputTokens ?? 0) + 8)
    expect(message?.costMicroUsd).toBe(Number(cut?.costMicroUsd) + Number(whole?.costMicroUsd))
  })

  test('[R16] goes on twice, and the third time it is an error that can be continued', async () => {
    const cut = (from: number) => tokens(9, { from, stopAfter: 2, then: 'truncate' })
    const { message, calls } = await answer(cut(1), cut(3), cut(5), tokens(9))
    expect(message).toMatchObject({
      status: 'error',
      content: tokensText(6),
      error: { code: 'provider-truncated' },
      notes: [{ kind: 'resumed', times: 2 }],
    })
    expect(calls).toBe(3)
  })

  test('repeats its last words, and they are shown once', async () => {
    const before = 'It was the best of times, it was the worst of times'
    const { message } = await answer(async (reply) => {
      await reply.tokens([before])
      reply.end()
    }, text('it was the worst of times, it was the age of wisdom'))
    expect(message?.content).toBe(`${before}, it was the age of wisdom`)
  })

  test('breaks off while it repeats its last words, and is asked once more: they are shown once (chaos, seed 5030)', async () => {
    const cutAfter =
      (...words: string[]): Answer =>
      async (reply) => {
        await reply.tokens(words)
        reply.end()
      }
    const again = ['worst of times, ', 'it was ', 'the age ']
    const { message, calls } = await answer(
      cutAfter('It was the best of times, it was the worst of times, it was the age '),
      cutAfter(...again.slice(0, 2)),
      cutAfter(...again),
      text(`${again.join('')}of wisdom`),
    )
    expect(message?.content).toBe('It was the best of times, it was the worst of times, it was the age of wisdom')
    expect(calls).toBe(4)
  })

  test('thinks and repeats words from both sides of its thoughts: they are shown once', async () => {
    const cut =
      (words: string): Answer =>
      async (reply) => {
        await reply.tokens([words])
        reply.end()
      }
    const { message } = await answer(
      cut('It was the best of times, '),
      thinking('Go on.', cut('it was the ')),
      text('best of times, it was the worst of times'),
    )
    expect(message?.content).toBe('It was the best of times, it was the worst of times')
  })

  test('repeats its last words after thoughts that nothing opened: they are shown once', async () => {
    const { message } = await answer(async (reply) => {
      await reply.tokens(['It was the best of times, it was the worst of times, '])
      reply.end()
    }, text('The user wants me to go on.\n</think>\n\nit was the worst of times, it was the age of wisdom'))
    expect(message?.parts.map((part) => [part.type, 'text' in part ? part.text.trim() : ''])).toEqual([
      ['text', 'It was the best of times, it was the worst of times,'],
      ['reasoning', 'The user wants me to go on.'],
      ['text', 'it was the age of wisdom'],
    ])
  })

  test('in its thoughts: they stay, it thinks again, and the answer is whole', async () => {
    const { message } = await answer(
      async (reply) => {
        await reply.think('Half a thou')
        reply.end()
      },
      thinking('All of it.', text('Forty-two')),
    )
    expect(message).toMatchObject({
      status: 'completed',
      content: 'Forty-two',
      parts: [
        { type: 'reasoning', text: 'Half a thou\n\nAll of it.' },
        { type: 'text', text: 'Forty-two' },
      ],
    })
    expect(readContinuation(app.provider.requests.at(-1)?.body ?? {})).toBeNull()
  })

  test('R9 had said all of it: nothing to add ends the answer', async () => {
    const { message } = await answer(tokens(3, { stopAfter: 3, then: 'truncate' }), async (reply) => await reply.finish())
    expect(message).toMatchObject({ status: 'completed', content: tokensText(3) })
  })

  test('is not asked again for what its filter has stopped', async () => {
    const { message, calls } = await answer(tokens(3, { finishReason: 'content_filter' }))
    expect(message).toMatchObject({ status: 'error', error: { code: 'content-filter' } })
    expect(calls).toBe(1)
  })
})

test('AUTO_CONTINUE=off leaves a provider that breaks off to the person', async () => {
  await using app = await createTestApp({ env: { AUTO_CONTINUE: 'off' }, model: tokens(9, { stopAfter: 5, then: 'truncate' }) })
  const user = await app.createUser()
  expect(await ask(user, 'question')).toMatchObject({ status: 'error', response: tokensText(5) })
  expect(app.provider.calls).toBe(1)
})

test('[R16] kill -9 in mid-text: the answer goes on by itself, what waits behind it waits, and the third time a person is asked', async () => {
  await using directory = await createDataDirectory()
  await using provider = await createScriptedProvider()
  const held = createGate()
  const cut = (from: number) => tokens(40, { from, stopAfter: 10, then: held })
  provider.script(async (reply) => {
    const { body, lastUserText } = reply.request
    const said = readContinuation(body)?.said.match(/t\d+ /gu)?.length
    if (said !== undefined) return await cut(said + 1)(reply)
    await (lastUserText === 'first' ? cut(1) : text('Second.'))(reply)
  })
  const env = { DATA_DIR: directory.path, OPENAI_BASE_URL: provider.baseUrl, OPENAI_MODEL: 'scripted-1' }
  await using first = await startServerProcess(env)
  const { token } = await createTestUser(first.url)
  const before = connect(first.url, token)
  const sent = await before.client.messages.send.mutate({ requestId: randomUUID(), content: 'first' })
  const messageId = sent.assistantMessageId
  const { conversationId } = sent
  const behind = await before.client.messages.send.mutate({
    requestId: randomUUID(),
    content: 'second',
    conversationId,
    parentId: messageId,
  })
  const shown = async (client: ReturnType<typeof connect>['client'], count: number) => {
    const reader = follow(client, conversationId)
    await reader.until(() => reader.message(messageId)?.content === tokensText(count))
    reader.stop()
    return reader.message(messageId)
  }
  await shown(before.client, 10)
  await before.close()
  await first.end('SIGKILL')

  await using second = await startServerProcess(env)
  const between = connect(second.url, token)
  expect(await shown(between.client, 20)).toMatchObject({
    status: 'generating',
    notes: [{ kind: 'resumed', times: 1, cause: 'server' }],
  })
  const waiting = await between.client.messages.content.query({ messageId: behind.assistantMessageId })
  expect(waiting.status).toBe('queued')
  await between.close()
  await second.end('SIGKILL')

  await using third = await startServerProcess(env)
  const again = connect(third.url, token)
  expect(await shown(again.client, 30)).toMatchObject({ status: 'generating', notes: [{ kind: 'resumed', times: 2 }] })
  await again.close()
  await third.end('SIGKILL')

  await using fourth = await startServerProcess(env)
  const last = connect(fourth.url, token)
  const reader = follow(last.client, conversationId)
  await reader.until(() => reader.message(behind.assistantMessageId)?.status === 'completed')
  expect(reader.message(messageId)).toMatchObject({ status: 'interrupted', content: tokensText(30) })
  expect(reader.message(behind.assistantMessageId)?.content).toBe('Second.')
  // A person continues it, and that counts anew.
  held.open()
  provider.script(tokens(10, { from: 31 }))
  await last.client.messages.continue.mutate({ requestId: randomUUID(), messageId })
  await reader.until(() => reader.message(messageId)?.status === 'completed')
  expect(reader.message(messageId)).toMatchObject({ content: tokensText(40), parts: [{ type: 'text' }] })
  reader.stop()
  await last.close()
})

test('R9 a node that dies between the last word and the end: the answer is completed, and nobody is asked again', async () => {
  await using directory = await createDataDirectory()
  await using provider = await createScriptedProvider()
  const env = { DATA_DIR: directory.path, OPENAI_BASE_URL: provider.baseUrl, OPENAI_MODEL: 'scripted-1' }
  await using doomed = await startServerProcess({ ...env, CRASH_AT: 'end', LOG_LEVEL: 'info' }, crashingMain)
  const user = await createTestUser(doomed.url)
  const sent = await user.client.messages.send.mutate({ requestId: randomUUID(), content: 'tokens 5' })
  await doomed.exited
  await user.close()
  await using server = await startServerProcess(env)
  const { client, close } = connect(server.url, user.token)
  const reader = follow(client, sent.conversationId)
  await reader.until(() => reader.message(sent.assistantMessageId)?.status === 'completed')
  const message = reader.message(sent.assistantMessageId)
  expect(message?.content).toBe(tokensText(5))
  expect(message?.notes).toBeUndefined()
  expect(provider.calls).toBe(1)
  reader.stop()
  await close()
})
