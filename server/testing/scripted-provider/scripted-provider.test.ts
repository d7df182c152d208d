import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createOpenAiProvider } from '../../src/models/openai/create-openai-provider.ts'
import { askFor, collectAnswer } from './collect-answer.ts'
import {
  createGate,
  createScriptedProvider,
  httpError,
  inTurn,
  text,
  tokens,
  tokensText,
  type ScriptedProvider,
} from './index.ts'

let scripted: ScriptedProvider
beforeEach(async () => {
  scripted = await createScriptedProvider()
})
afterEach(async () => {
  await scripted[Symbol.asyncDispose]()
})

function driverOf(baseUrl: string, idleTimeoutMs = 5000) {
  const config = { kind: 'openai', name: 'x', baseUrl, apiKey: null, defaultModel: 'm', note: null } as const
  return createOpenAiProvider({ config, idleTimeoutMs })
}
const ask = async (content: string) => await collectAnswer(driverOf(scripted.baseUrl), { messages: [{ role: 'user', content }] })

describe('the last user message says', () => {
  test.each([
    ['tokens 3', { text: 't1 t2 t3 ', finishReason: 'stop' }],
    ['tokens 3 at 200', { text: 't1 t2 t3 ', finishReason: 'stop' }],
    ['tokens 9 truncate after 2', { text: 't1 t2 ', error: 'provider-truncated' }],
    ['tokens 9 at 500 drop after 2', { error: 'connection-lost' }],
    ['say all is well', { text: 'all is well', finishReason: 'stop' }],
    ['error 503', { error: 'provider-overloaded' }],
    ['error 429 retry-after 2', { error: 'provider-rate-limited', retryAfterMs: 2000 }],
    ['html', { error: 'provider-not-a-stream' }],
    ['empty', { error: 'provider-empty' }],
    ['tool add_task {"title":"Buy milk"}', { calls: [{ name: 'add_task', args: '{"title":"Buy milk"}' }] }],
    ['hello', { text: 'You said: hello', finishReason: 'stop' }],
  ])('%s', async (command, expected) => {
    expect(await ask(command)).toMatchObject(expected)
  })

  test('to fail twice, then to answer', async () => {
    const command = 'error 503 x2 then tokens 2'
    expect(await ask(command)).toMatchObject({ error: 'provider-overloaded' })
    expect(await ask(command)).toMatchObject({ error: 'provider-overloaded' })
    expect(await ask(command)).toMatchObject({ text: 't1 t2 ' })
  })

  test('to hold until it is released', async () => {
    const answer = ask('tokens 4 hold after 2')
    await scripted.request(0)
    expect(scripted.active).toBe(1)
    await fetch(scripted.baseUrl.replace('/v1', '/control/release'), { method: 'POST' })
    expect(await answer).toMatchObject({ text: 't1 t2 t3 t4 ', finishReason: 'stop' })
  })

  test('what the tool said', async () => {
    const messages = [
      { role: 'user', content: 'tool add {}' },
      { role: 'assistant', content: '', toolCalls: [{ callId: 'a', name: 'add', args: '{}' }] },
      { role: 'tool', callId: 'a', content: '{"status":"created"}' },
    ] as const
    expect(await collectAnswer(driverOf(scripted.baseUrl), { messages })).toMatchObject({
      text: 'The tool said: {"status":"created"}',
    })
  })
})

describe('a script', () => {
  test('goes in turn, and its last answer stays', async () => {
    scripted.script(inTurn(httpError(500), text('one')))
    expect(await ask('x')).toMatchObject({ error: 'provider-error' })
    expect(await ask('x')).toMatchObject({ text: 'one' })
    expect(await ask('x')).toMatchObject({ text: 'one' })
    expect(scripted.requests.map(({ index, attempt, lastUserText }) => [index, attempt, lastUserText])).toEqual([
      [0, 1, 'x'],
      [1, 2, 'x'],
      [2, 3, 'x'],
    ])
  })

  test('waits at a gate and continues where it was', async () => {
    const gate = createGate()
    scripted.script(tokens(6, { from: 5, stopAfter: 2, then: gate }))
    const answer = ask('x')
    await scripted.request(0)
    gate.open()
    expect(await answer).toMatchObject({ text: tokensText(6, 5), usage: { outputTokens: 6 } })
    expect(await scripted.closed(0)).toMatchObject({ byClient: false, sentTokens: 6 })
  })

  test('knows who closed the socket', async () => {
    scripted.script(tokens(9, { perSecond: 100, stopAfter: 2, then: 'drop' }))
    await ask('x')
    expect(await scripted.closed(0)).toMatchObject({ byClient: false, sentTokens: 2 })
    scripted.script(tokens(1000, { perSecond: 100 }))
    for await (const _ of driverOf(scripted.baseUrl).stream(askFor('x'))) break
    const closing = await scripted.closed(1)
    expect(closing.byClient).toBe(true)
    expect(closing.sentTokens).toBeLessThan(1000)
  })

  test('keeps its rate', async () => {
    scripted.script(tokens(51, { perSecond: 100 }))
    const startedAt = performance.now()
    await ask('x')
    expect(performance.now() - startedAt).toBeGreaterThan(490)
  })

  test('that fails is not overlooked', async () => {
    const other = await createScriptedProvider()
    other.script(() => {
      throw new Error('a mistake in a test')
    })
    await collectAnswer(driverOf(other.baseUrl))
    await expect(other[Symbol.asyncDispose]()).rejects.toThrow('a script of the provider failed')
  })
})

test('it runs as a process of its own and tells what it was asked', async () => {
  const child = spawn(process.execPath, [new URL('main.ts', import.meta.url).pathname], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const [baseUrl] = (await once(createInterface(child.stdout), 'line')) as [string]
    expect(await collectAnswer(driverOf(baseUrl), { messages: [{ role: 'user', content: 'tokens 5 at 1000' }] })).toMatchObject({
      text: tokensText(5),
    })
    const asked: unknown = await (await fetch(baseUrl.replace('/v1', '/control/requests'))).json()
    expect(asked).toMatchObject([{ index: 0, lastUserText: 'tokens 5 at 1000', closing: { byClient: false, sentTokens: 5 } }])
  } finally {
    child.kill()
    await once(child, 'exit')
  }
})
