import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { askFor, collectAnswer } from '../../testing/scripted-provider/collect-answer.ts'
import {
  createScriptedProvider,
  hangBeforeHeaders,
  httpAnswer,
  httpError,
  text,
  type ScriptedProvider,
} from '../../testing/scripted-provider/index.ts'
import { environmentToConfig } from '../config/config.ts'
import { createLogger } from '../platform/logger.ts'
import { createModels } from './create-models.ts'
import { describeModels } from '../models/describe-models.ts'

const logger = createLogger('silent')
const never = new AbortController().signal

async function createFrom(environment: Record<string, string>) {
  return await createModels(environmentToConfig(environment), logger)
}

describe('one provider', () => {
  test('without a key and an address the demo answers, and costs nothing', async () => {
    await using models = await createFrom({ OPENAI_BASE_URL: '  ', OPENAI_API_KEY: '' })
    expect(models).toMatchObject({ name: 'Demo', demo: true, defaultModel: 'demo-rules', host: 'built in' })
    expect(await models.list(never)).toMatchObject([{ id: 'demo-rules', contextWindow: null }])
    const usage = { inputTokens: 5, outputTokens: 5, estimated: false }
    expect(models.price({ model: 'demo-rules', usage })).toBe(0)
    expect(await models.describe('demo-rules')).toMatchObject({ prices: { inputMicroUsd: 0, outputMicroUsd: 0 } })
    expect(describeModels(models)).toEqual(['Answers come from the built-in demo model, which is no AI'])
  })

  test('an address or a key names it', async () => {
    await using local = await createFrom({ OPENAI_BASE_URL: 'http://127.0.0.1:9/v1', OPENAI_MODEL: 'm' })
    expect(local).toMatchObject({ name: '127.0.0.1:9', host: '127.0.0.1:9', demo: false, defaultModel: 'm' })
    await using openai = await createFrom({ OPENAI_API_KEY: 'sk' })
    expect(openai).toMatchObject({ name: 'OpenAI', host: 'api.openai.com', demo: false })
    expect(describeModels(openai)).toEqual(['Answers come from OpenAI (api.openai.com), model gpt-4.1-mini'])
    await using gemini = await createFrom({ GEMINI_API_KEY: 'k' })
    expect(gemini).toMatchObject({
      name: 'Google Gemini',
      host: 'generativelanguage.googleapis.com',
      defaultModel: 'gemini-2.5-flash',
    })
  })

  test('knows windows and prices by the table, where the host is the one that they are for', async () => {
    await using openai = await createFrom({ OPENAI_API_KEY: 'sk' })
    expect(await openai.describe('gpt-4.1-mini')).toEqual({
      id: 'gpt-4.1-mini',
      contextWindow: 1_000_000,
      prices: { inputMicroUsd: 400_000, outputMicroUsd: 1_600_000, cachedInputMicroUsd: 100_000 },
      input: ['text', 'image', 'pdf'],
    })
    expect(await openai.describe('no-such-model')).toEqual({ id: 'no-such-model', contextWindow: null, prices: null })
  })

  test('its ids go as they are, with any slashes', async () => {
    await using scripted = await createScriptedProvider()
    scripted.script(text('hi'))
    await using models = await createFrom({ OPENAI_BASE_URL: scripted.baseUrl })
    expect(await collectAnswer(models, { model: 'openai/gpt-4.1' })).toMatchObject({ text: 'hi' })
    expect(scripted.requests[0]?.body.model).toBe('openai/gpt-4.1')
    expect(models.providerOf('openai/gpt-4.1')).toMatchObject({ id: 'openai', host: new URL(scripted.baseUrl).host })
  })
})

describe('several providers', () => {
  let first: ScriptedProvider
  let second: ScriptedProvider
  let directory: string
  beforeEach(async () => {
    first = await createScriptedProvider()
    second = await createScriptedProvider()
    directory = mkdtempSync(join(tmpdir(), 'holdfast-models-'))
  })
  afterEach(async () => {
    vi.useRealTimers()
    rmSync(directory, { recursive: true })
    await first[Symbol.asyncDispose]()
    await second[Symbol.asyncDispose]()
  })

  async function createBoth(entry: object = {}, more: Record<string, string> = {}) {
    const file = join(directory, 'providers.json')
    const local = { id: 'local', name: 'Here', baseUrl: second.baseUrl, apiKey: '${KEY}', defaultModel: 'b-1', ...entry }
    writeFileSync(file, JSON.stringify([local]))
    return await createFrom({
      OPENAI_BASE_URL: first.baseUrl,
      OPENAI_MODEL: 'a-1',
      MODEL_PROVIDERS: file,
      KEY: 'sk-local',
      ...more,
    })
  }

  test('each gets its own questions, with its own key and headers', async () => {
    first.script(text('one'))
    second.script(text('two'))
    await using models = await createBoth({ headers: { 'x-team': 'blue' } })
    expect(models.defaultModel).toBe('openai/a-1')
    expect(await collectAnswer(models, { model: 'openai/a-1' })).toMatchObject({ text: 'one' })
    expect(await collectAnswer(models, { model: 'local/b-1' })).toMatchObject({ text: 'two' })
    expect(first.requests.map(({ body, headers }) => [body.model, headers.authorization])).toEqual([['a-1', undefined]])
    expect(second.requests[0]?.body.model).toBe('b-1')
    expect(second.requests[0]?.headers).toMatchObject({ authorization: 'Bearer sk-local', 'x-team': 'blue' })
    expect(await models.complete(askFor('a title', { model: 'local/b-1' }))).toMatchObject({ text: 'A scripted title' })
    expect(second.completions).toHaveLength(1)
    expect(describeModels(models)).toEqual([
      `Answers come from ${new URL(first.baseUrl).host} (${new URL(first.baseUrl).host}), model openai/a-1`,
      `or from Here (${new URL(second.baseUrl).host}), models local/…`,
    ])
  })

  test('a model that no provider has causes no request', async () => {
    await using models = await createBoth({ models: ['b-1', 'b-2'] })
    for (const model of ['c-1', 'other/c-1', 'local/b-3', 'local/', '']) {
      expect(models.providerOf(model)).toBeNull()
      expect(await collectAnswer(models, { model })).toEqual({ error: 'model-not-found', retryable: false })
      await expect(models.complete(askFor('x', { model }))).rejects.toMatchObject({ code: 'model-not-found' })
      expect(await models.describe(model)).toEqual({ id: model, contextWindow: null, prices: null })
      expect(models.price({ model, usage: { inputTokens: 1, outputTokens: 1, estimated: false } })).toBeNull()
    }
    expect(first.calls + second.calls).toBe(0)
  })

  test('an id from the time when there was one provider still leads to it', async () => {
    first.script(text('one'))
    second.script(text('two'))
    await using models = await createBoth({ models: ['b-1', 'b-2'] })
    expect(await collectAnswer(models, { model: 'a-1' })).toMatchObject({ text: 'one' })
    expect(await collectAnswer(models, { model: 'b-2' })).toMatchObject({ text: 'two' })
  })

  test('are listed together, the default first, what is no chat model left out', async () => {
    first.scriptModels(httpAnswer(200, { data: [{ id: 'text-embedding-3' }, { id: 'a-2' }, { id: 'a-1' }, { id: 'tts-1' }] }))
    second.scriptModels(httpAnswer(200, { data: [{ id: 'b-1', max_model_len: 8192 }] }))
    await using models = await createBoth()
    const { models: found, failures } = await models.catalogue(never)
    expect(failures).toEqual([])
    expect(found).toMatchObject([
      { id: 'openai/a-1', provider: { id: 'openai' } },
      { id: 'openai/a-2' },
      { id: 'local/b-1', contextWindow: 8192, provider: { id: 'local', name: 'Here' } },
    ])
  })

  test('one that is down does not hide the others, and its own models stay', async () => {
    first.scriptModels(httpAnswer(200, { data: [{ id: 'a-2' }] }))
    second.scriptModels(httpError(500))
    await using models = await createBoth({ models: ['b-1', 'b-2'] })
    const { models: found, failures } = await models.catalogue(never)
    expect(found.map(({ id }) => id)).toEqual(['openai/a-1', 'openai/a-2', 'local/b-1', 'local/b-2'])
    expect(failures).toMatchObject([{ provider: { id: 'local' }, error: { code: 'provider-error' } }])
    expect(await models.list(never)).toHaveLength(4)
  })

  test('all of them down: the list fails as a call does', async () => {
    first.scriptModels(httpError(401))
    second.scriptModels(httpError(500))
    await using models = await createBoth()
    await expect(models.list(never)).rejects.toMatchObject({ code: 'provider-unauthorized' })
  })

  test('one that hangs delays the list no longer than the caller waits', async () => {
    second.scriptModels(hangBeforeHeaders)
    await using models = await createBoth()
    const { models: found, failures } = await models.catalogue(AbortSignal.timeout(100))
    expect(found.map(({ id }) => id)).toContain('openai/scripted-1')
    expect(failures).toMatchObject([{ error: { code: 'provider-timeout' } }])
  })

  test('are asked for their lists once, however many want them', async () => {
    let asked = 0
    second.scriptModels(async (reply) => {
      asked += 1
      await httpAnswer(200, { data: [{ id: 'b-1', context_length: 4096 }] })(reply)
    })
    await using models = await createBoth()
    const infos = await Promise.all([models.describe('local/b-1'), models.describe('local/b-1'), models.catalogue(never)])
    expect(infos[0]).toMatchObject({ id: 'local/b-1', contextWindow: 4096 })
    await models.describe('local/b-1')
    expect(asked).toBe(1)
  })

  test('the window: the settings before the list, the list before the table, a refusal before both', async () => {
    second.scriptModels(httpAnswer(200, { data: [{ id: 'gpt-4.1', max_model_len: 32_768 }] }))
    await using listed = await createBoth()
    expect(await listed.describe('local/gpt-4.1')).toMatchObject({ contextWindow: 32_768 })
    expect(await listed.describe('local/claude-sonnet-4-5')).toMatchObject({ contextWindow: 200_000 })
    expect(await listed.describe('local/gpt-oss-20b')).toMatchObject({ contextWindow: null })
    await using set = await createBoth({ contextWindow: { 'gpt-4.1': 16_384 } }, { MODEL_CONTEXT_WINDOW: '9000' })
    expect(await set.describe('local/gpt-4.1')).toMatchObject({ contextWindow: 16_384 })
    expect(await set.describe('openai/anything')).toMatchObject({ contextWindow: 9000 })
    const refusal = httpError(400, { message: "This model's maximum context length is 4096 tokens." })
    second.script(refusal)
    for (const models of [listed, set]) {
      expect(await collectAnswer(models, { model: 'local/gpt-4.1' })).toMatchObject({ error: 'context-overflow' })
    }
    expect(await listed.describe('local/gpt-4.1')).toMatchObject({ contextWindow: 4096 })
    listed.learnContextWindow('local/gpt-4.1', 2048)
    listed.learnContextWindow('local/gpt-4.1', 3000)
    expect(await listed.describe('local/gpt-4.1')).toMatchObject({ contextWindow: 2048 })
    // D4: the operator's word counts, whatever was learnt.
    expect(await set.describe('local/gpt-4.1')).toMatchObject({ contextWindow: 16_384 })
  })

  test('D4 a window that was learnt is never smaller than what was read, and is forgotten when more is read', async () => {
    await using models = await createBoth()
    const windowOf = async () => (await models.describe('local/gpt-oss-20b')).contextWindow
    models.learnContextWindow('local/gpt-oss-20b', 4096)
    models.unlearnContextWindow('local/gpt-oss-20b', 3_900)
    expect(await windowOf()).toBe(4096)
    models.unlearnContextWindow('local/gpt-oss-20b', 9_000)
    expect(await windowOf()).toBeNull()
    models.learnContextWindow('local/gpt-oss-20b', 8_000)
    expect(await windowOf()).toBeNull()
    models.learnContextWindow('local/gpt-oss-20b', 12_000)
    expect(await windowOf()).toBe(12_000)
  })

  test('prices: what a call says, the provider’s settings, the general ones, its list; otherwise unknown', async () => {
    second.scriptModels(
      httpAnswer(200, { data: [{ id: 'b-4', pricing: { prompt: '0.000001', completion: '0.000002' } }, { id: 'b-5' }] }),
    )
    await using models = await createBoth(
      { prices: { 'b-1': { input: 1, output: 2, cachedInput: 0.5 } } },
      {
        MODEL_PRICE_JSON: JSON.stringify({
          'b-1': { input: 9, output: 9 },
          'b-2': { input: 3, output: 4 },
          'local/b-3': { input: 5, output: 6 },
        }),
      },
    )
    await models.catalogue(never)
    const usage = { inputTokens: 1_000_000, outputTokens: 1_000_000, cachedInputTokens: 500_000, estimated: false }
    const price = (model: string, reportedMicroUsd?: number) => models.price({ model, usage, reportedMicroUsd })
    expect(price('local/b-1', 7)).toBe(7)
    expect(price('local/b-1')).toBe(2_750_000)
    expect(price('local/b-2')).toBe(7_000_000)
    expect(price('local/b-3')).toBe(11_000_000)
    expect(price('local/b-4')).toBe(3_000_000)
    expect(price('local/b-5')).toBeNull()
    expect(await models.describe('local/b-5')).toMatchObject({ prices: null })
    expect(await models.describe('local/b-1')).toMatchObject({
      prices: { inputMicroUsd: 1_000_000, outputMicroUsd: 2_000_000, cachedInputMicroUsd: 500_000 },
    })
  })
})
