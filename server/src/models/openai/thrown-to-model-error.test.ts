import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { APIError } from 'openai'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { askFor } from '../../../testing/scripted-provider/collect-answer.ts'
import { createScriptedProvider, httpError, text, type ScriptedProvider } from '../../../testing/scripted-provider/index.ts'
import { ModelError } from '../model-error.ts'
import { createOpenAiProvider } from './create-openai-provider.ts'
import { createProviderCall } from './provider-call.ts'
import { thrownToModelError } from './thrown-to-model-error.ts'

let scripted: ScriptedProvider
beforeEach(async () => {
  scripted = await createScriptedProvider()
})
afterEach(async () => {
  await scripted[Symbol.asyncDispose]()
})

async function failWith(baseUrl: string): Promise<ModelError> {
  const config = { name: 'x', baseUrl, apiKey: 'sk-secret', defaultModel: 'm' }
  try {
    for await (const _ of createOpenAiProvider({ config, idleTimeoutMs: 5000 }).stream(askFor('hello')));
  } catch (error) {
    if (error instanceof ModelError) return error
    throw error
  }
  throw new Error('it did not fail')
}

describe('a broken way to the provider', () => {
  test('no server listens there', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    const error = await failWith(`http://127.0.0.1:${port}/v1`)
    expect(error).toMatchObject({ code: 'provider-unreachable', fault: 'network', retryable: true })
    expect(error.message).toMatch(/^Nothing answers at the model provider’s address/u)
    expect(error.message).not.toContain(String(port))
  })

  test('its name cannot be found', async () => {
    const error = await failWith('http://no-such-host.invalid/v1')
    expect(error).toMatchObject({ code: 'provider-unreachable', fault: 'network', retryable: true })
    expect(error.message).toMatch(/name .* cannot be found/u)
    expect(error.message).not.toContain('invalid')
  })

  test('it does not speak TLS: trying again does not help', async () => {
    const error = await failWith(scripted.baseUrl.replace('http:', 'https:'))
    expect(error).toMatchObject({ code: 'provider-unreachable', fault: 'network', retryable: false })
    expect(error.message).toMatch(/certificate/u)
  })

  test('it breaks in the middle', async () => {
    scripted.script(async (reply) => {
      await reply.tokens(['hi'])
      await reply.arrived()
      reply.drop()
    })
    expect(await failWith(scripted.baseUrl)).toMatchObject({ code: 'connection-lost', fault: 'network', retryable: true })
  })
})

test.each([
  ['a broken provider', 500, {}, 'provider-error', 'provider'],
  ['a key that is not accepted', 401, {}, 'provider-unauthorized', 'settings'],
  ['no credit', 402, {}, 'provider-quota', 'settings'],
  ['too long a conversation', 400, { code: 'context_length_exceeded' }, 'context-overflow', 'request'],
])('%s', async (_name, status, error, code, fault) => {
  scripted.script(httpError(status, error))
  expect(await failWith(scripted.baseUrl)).toMatchObject({ code, fault })
})

describe('our own fault', () => {
  const call = () =>
    createProviderCall({ signal: new AbortController().signal, expects: 'json', idleTimeoutMs: 1000, apiKey: null, headers: {} })

  test('is called that, is not tried again, and keeps its stack for the log', () => {
    using failed = call()
    const mistake = new TypeError('undefined is not a function')
    const error = thrownToModelError(mistake, failed)
    expect(error).toMatchObject({ code: 'internal-error', fault: 'ours', retryable: false, cause: mistake })
    expect(error.message).not.toContain('undefined')
  })

  test('is not what the SDK throws', () => {
    using failed = call()
    const error = thrownToModelError(new APIError(undefined, { code: 'server_error' }, undefined, undefined), failed)
    expect(error).toMatchObject({ code: 'provider-error', fault: 'provider' })
  })
})

test('a model that is too small says how much fits, and is remembered by it', async () => {
  const learnt: [string, number][] = []
  const config = { name: 'x', baseUrl: scripted.baseUrl, apiKey: null, defaultModel: 'm' }
  const onContextWindow = (model: string, tokens: number) => void learnt.push([model, tokens])
  const provider = createOpenAiProvider({ config, idleTimeoutMs: 5000, onContextWindow })
  const message = "This model's maximum context length is 8,192 tokens. However, your messages resulted in 9001 tokens."
  scripted.script(httpError(400, { message }))
  for (const model of ['a', 'b']) {
    await expect(provider.stream(askFor('x', { model }))[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'context-overflow',
    })
  }
  scripted.script(text('hi'))
  expect(learnt).toEqual([
    ['a', 8192],
    ['b', 8192],
  ])
})
