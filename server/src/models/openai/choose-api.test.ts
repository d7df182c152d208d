import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { askFor, collectAnswer } from '../../../testing/scripted-provider/collect-answer.ts'
import {
  byApi,
  createScriptedProvider,
  httpAnswer,
  httpError,
  text,
  type Answer,
  type ScriptedProvider,
} from '../../../testing/scripted-provider/index.ts'
import { createModelFacts } from '../model-facts.ts'
import { chooseApi, type ModelApi } from './call-plan.ts'
import { createOpenAiProvider } from './create-openai-provider.ts'

let scripted: ScriptedProvider
beforeEach(async () => {
  scripted = await createScriptedProvider()
})
afterEach(async () => {
  await scripted[Symbol.asyncDispose]()
})

const useResponses = httpError(400, {
  message:
    "Function tools with reasoning_effort are not supported for gpt-6 in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.",
})
const paths = () => scripted.requests.map(({ path }) => path.replace('/v1/', ''))

function createProvider(api?: ModelApi | 'auto', facts = createModelFacts()) {
  const config = { name: 'Scripted', baseUrl: scripted.baseUrl, apiKey: null, defaultModel: 'm', ...(api && { api }) }
  return createOpenAiProvider({ config, idleTimeoutMs: 5000, facts })
}

test.each([
  ['api.openai.com', 'responses'],
  ['mine.openai.azure.com', 'responses'],
  ['generativelanguage.googleapis.com', 'chat'],
  ['openrouter.ai', 'chat'],
  ['127.0.0.1:11434', 'chat'],
  ['api.openai.com.example.com', 'chat'],
  ['notopenai.azure.com', 'chat'],
])('%s is asked through %s', (host, api) => {
  expect(chooseApi('auto', host)).toBe(api)
  expect(chooseApi('chat', host)).toBe('chat')
  expect(chooseApi('responses', host)).toBe('responses')
})

describe('a provider that says to use Responses', () => {
  test('is asked there immediately, and from then on', async () => {
    scripted.script(byApi({ chat: useResponses, responses: text('hi') }))
    const provider = createProvider()
    expect(await collectAnswer(provider)).toMatchObject({ text: 'hi', finishReason: 'stop' })
    expect(await collectAnswer(provider)).toMatchObject({ text: 'hi' })
    expect(paths()).toEqual(['chat/completions', 'responses', 'responses'])
  })

  test('is asked there immediately after a restart too, unless the settings say otherwise, and may change its mind', async () => {
    const facts = createModelFacts()
    scripted.script(byApi({ chat: useResponses, responses: text('hi') }))
    await collectAnswer(createProvider('auto', facts))
    const restarted = createProvider('auto', facts)
    expect(await collectAnswer(restarted)).toMatchObject({ text: 'hi' })
    expect(paths()).toEqual(['chat/completions', 'responses', 'responses'])
    expect(await collectAnswer(createProvider('chat', facts))).toMatchObject({ error: 'provider-rejected' })
    expect(paths().at(-1)).toBe('chat/completions')
    scripted.script(byApi({ chat: text('back'), responses: httpAnswer(404, { error: { message: 'Not Found' } }) }))
    expect(await collectAnswer(createProvider('auto', facts))).toMatchObject({ text: 'back' })
    expect(paths().slice(-2)).toEqual(['responses', 'chat/completions'])
    expect(await collectAnswer(createProvider('auto', facts))).toMatchObject({ text: 'back' })
    expect(paths().at(-1)).toBe('chat/completions')
  })

  test('is asked so for that model alone', async () => {
    scripted.script(byApi({ chat: useResponses, responses: text('hi') }))
    const provider = createProvider()
    await collectAnswer(provider, { model: 'a' })
    await collectAnswer(provider, { model: 'b' })
    expect(paths()).toEqual(['chat/completions', 'responses', 'chat/completions', 'responses'])
  })

  test('is asked there for answers in one piece, too', async () => {
    scripted.script(byApi({ chat: useResponses, responses: text('hi') }))
    const provider = createProvider()
    await collectAnswer(provider)
    expect(await provider.complete(askFor('a title'))).toMatchObject({ text: 'A scripted title' })
    expect(scripted.completions[0]?.path).toBe('/v1/responses')
  })

  test('but has none: what it said first is what is wrong, and nothing is remembered', async () => {
    scripted.script(byApi({ chat: useResponses, responses: httpAnswer(404, 'not found') }))
    const provider = createProvider()
    const refused = { error: 'provider-rejected', retryable: false }
    expect(await collectAnswer(provider)).toEqual(refused)
    expect(await collectAnswer(provider)).toEqual(refused)
    expect(paths()).toEqual(['chat/completions', 'responses', 'chat/completions', 'responses'])
  })

  test('is not asked there when the settings say chat', async () => {
    scripted.script(byApi({ chat: useResponses, responses: text('hi') }))
    expect(await collectAnswer(createProvider('chat'))).toMatchObject({ error: 'provider-rejected' })
    expect(paths()).toEqual(['chat/completions'])
  })
})

describe('Responses where there is none', () => {
  const absent: readonly (readonly [name: string, answer: Answer])[] = [
    ['404', httpAnswer(404, '404 page not found')],
    ['404 with JSON', httpError(404, { message: 'Not Found' })],
    ['405', httpAnswer(405, 'method not allowed')],
    ['501', httpError(501, { message: 'not implemented' })],
  ]

  /** A provider that applies `auto` to api.openai.com, while another server answers at that address. */
  function createDefaultingProvider() {
    const config = { name: 'Proxy', baseUrl: null, apiKey: null, defaultModel: 'm' }
    const provider = createOpenAiProvider({ config, idleTimeoutMs: 5000 })
    const realFetch = globalThis.fetch
    globalThis.fetch = async (input, init) => {
      const url = String(input instanceof Request ? input.url : input)
      return await realFetch(url.replace('https://api.openai.com/v1', scripted.baseUrl), init)
    }
    return { provider, [Symbol.dispose]: () => void (globalThis.fetch = realFetch) }
  }

  test.each(absent)('%s: Chat Completions is asked, from then on', async (_name, answer) => {
    scripted.script(byApi({ chat: text('hi'), responses: answer }))
    using asked = createDefaultingProvider()
    expect(await collectAnswer(asked.provider)).toMatchObject({ text: 'hi' })
    expect(await collectAnswer(asked.provider)).toMatchObject({ text: 'hi' })
    expect(paths()).toEqual(['responses', 'chat/completions', 'chat/completions'])
  })

  test('a model that does not exist changes nothing', async () => {
    scripted.script(
      byApi({
        chat: text('hi'),
        responses: httpError(404, { message: 'The model `x` does not exist', code: 'model_not_found' }),
      }),
    )
    using asked = createDefaultingProvider()
    expect(await collectAnswer(asked.provider)).toMatchObject({ error: 'model-not-found' })
    expect(paths()).toEqual(['responses'])
  })

  test('neither is there: the address is wrong', async () => {
    scripted.script(httpAnswer(404, 'not found'))
    using asked = createDefaultingProvider()
    expect(await collectAnswer(asked.provider)).toEqual({ error: 'provider-wrong-address', retryable: false })
    expect(paths()).toEqual(['responses', 'chat/completions'])
  })

  test('a model that was moved to Chat Completions is not moved back', async () => {
    let isFirst = true
    scripted.script(
      byApi({
        chat: async (reply) => await (isFirst ? text('hi') : useResponses)(reply),
        responses: httpAnswer(404, 'not found'),
      }),
    )
    using asked = createDefaultingProvider()
    await collectAnswer(asked.provider)
    isFirst = false
    expect(await collectAnswer(asked.provider)).toMatchObject({ error: 'provider-rejected' })
    expect(paths()).toEqual(['responses', 'chat/completions', 'chat/completions'])
  })

  test('stays what the settings say', async () => {
    scripted.script(byApi({ chat: text('hi'), responses: httpAnswer(404, 'not found') }))
    expect(await collectAnswer(createProvider('responses'))).toMatchObject({ error: 'provider-wrong-address' })
    expect(paths()).toEqual(['responses'])
  })
})
