import { afterEach, beforeEach, expect, test } from 'vitest'
import { collectAnswer } from '../../../testing/scripted-provider/collect-answer.ts'
import { createScriptedProvider, httpAnswer, text, type ScriptedProvider } from '../../../testing/scripted-provider/index.ts'
import { createModelFacts } from '../model-facts.ts'
import { createOpenAiProvider } from './create-openai-provider.ts'

/** Models that draw are asked for pictures where the provider's list says that they give some. */
let scripted: ScriptedProvider
beforeEach(async () => {
  scripted = await createScriptedProvider()
  const models = {
    draws: { architecture: { input_modalities: ['text', 'image'], output_modalities: ['image', 'text'] } },
    'only-draws': { output_modalities: ['image'] },
    writes: { architecture: { input_modalities: ['text', 'image'], output_modalities: ['text'] } },
    speaks: { architecture: { output_modalities: ['text', 'audio'] } },
    unknown: {},
  }
  scripted.scriptModels(httpAnswer(200, { data: Object.entries(models).map(([id, model]) => ({ id, ...model })) }))
})
afterEach(() => scripted[Symbol.asyncDispose]())

const createProvider = (api: 'chat' | 'responses' = 'chat') => {
  const config = { name: 'Scripted', baseUrl: scripted.baseUrl, apiKey: null, defaultModel: 'draws', api }
  return createOpenAiProvider({ config, idleTimeoutMs: 5000, facts: createModelFacts() })
}
const asked = () => scripted.requests.map(({ body }) => (body as { modalities?: unknown }).modalities)

test('a model that draws is asked for what it gives, others are not, and titles have no pictures', async () => {
  scripted.script(text('hi'))
  const provider = createProvider()
  await collectAnswer(provider, { model: 'draws' })
  await provider.list(new AbortController().signal)
  for (const model of ['draws', 'only-draws', 'writes', 'speaks', 'unknown']) await collectAnswer(provider, { model })
  expect(asked()).toEqual([undefined, ['text', 'image'], ['image'], undefined, undefined, undefined])
  const { signal } = new AbortController()
  const messages = [{ role: 'user', content: 'A title' }] as const
  await provider.complete({ model: 'draws', messages, tools: [], signal })
  expect(scripted.completions.map(({ body }) => 'modalities' in body)).toEqual([false])
})

test('Responses has no such field', async () => {
  scripted.script(text('hi'))
  const provider = createProvider('responses')
  await provider.list(new AbortController().signal)
  await collectAnswer(provider, { model: 'draws' })
  expect(asked()).toEqual([undefined])
})

test.each([
  [404, 'No endpoints found that support the requested output modalities: text, image'],
  [400, 'Unrecognized request argument supplied: modalities'],
  [422, 'modalities: Extra inputs are not permitted'],
])('a refusal with %i is asked again without, and remembered: %s', async (status, message) => {
  const hasField = (body: object) => 'modalities' in body
  scripted.script(async (reply) => {
    await (hasField(reply.request.body) ? httpAnswer(status, { error: { message } }) : text('hi'))(reply)
  })
  const provider = createProvider()
  await provider.list(new AbortController().signal)
  const model = 'draws'
  expect(await collectAnswer(provider, { model })).toMatchObject({ text: 'hi', finishReason: 'stop' })
  expect(await collectAnswer(provider, { model })).toMatchObject({ text: 'hi' })
  expect(scripted.requests.map(({ body }) => hasField(body))).toEqual([true, false, false])
})
