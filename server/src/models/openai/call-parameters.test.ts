import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { askFor, collectAnswer } from '../../../testing/scripted-provider/collect-answer.ts'
import {
  createScriptedProvider,
  httpAnswer,
  text,
  type Answer,
  type ScriptedProvider,
} from '../../../testing/scripted-provider/index.ts'
import { createModelFacts, type ModelFacts } from '../model-facts.ts'
import type { ModelEvent, ModelParameters } from '../model.ts'
import { planToParameters } from './call-parameters.ts'
import { createCallPlan, type ModelApi } from './call-plan.ts'
import { createOpenAiProvider } from './create-openai-provider.ts'
import { createModelMemory } from './model-memory.ts'

let scripted: ScriptedProvider
beforeEach(async () => {
  scripted = await createScriptedProvider()
})
afterEach(async () => {
  await scripted[Symbol.asyncDispose]()
})

function createProvider(api: ModelApi = 'chat', facts: ModelFacts = createModelFacts()) {
  const config = { name: 'Scripted', baseUrl: scripted.baseUrl, apiKey: null, defaultModel: 'm', api }
  return createOpenAiProvider({ config, idleTimeoutMs: 5_000, facts })
}

type Body = Readonly<Record<string, unknown>>
const bodyOf = (index: number) => scripted.requests[index]?.body as unknown as Body
const known = new Set(['temperature', 'top_p', 'max_tokens', 'max_completion_tokens', 'max_output_tokens', 'reasoning_effort'])
/** The parameters of a request as they were sent. */
const sentIn = (body: Body | undefined) => {
  const { effort } = (body?.['reasoning'] ?? {}) as { effort?: unknown }
  const sent = Object.entries(body ?? {}).filter(([name]) => known.has(name))
  return { ...Object.fromEntries(sent), ...(effort === undefined ? {} : { 'reasoning.effort': effort }) }
}
const allSent = () => scripted.requests.map((_request, index) => sentIn(bodyOf(index)))

/** Refuses requests in which `isRefused` finds something. */
function refusing(status: number, body: unknown, isRefused: (sent: Body) => boolean): Answer {
  return async (reply) => {
    const sent = sentIn(reply.request.body as unknown as Body)
    await (isRefused(sent) ? httpAnswer(status, body as object) : text('hi'))(reply)
  }
}
const says = (message: string, more: object = {}) => ({ error: { message, type: 'invalid_request_error', ...more } })

async function notesOf(events: AsyncIterable<ModelEvent>): Promise<unknown[]> {
  const notes: unknown[] = []
  for await (const event of events) if (event.type === 'note') notes.push(event.note)
  return notes
}

const all = { temperature: 0.7, topP: 0.9, maxOutputTokens: 800, reasoningEffort: 'low' } as const

test.each([
  ['chat', { temperature: 0.7, top_p: 0.9, max_tokens: 800, reasoning_effort: 'low' }],
  ['responses', { temperature: 0.7, top_p: 0.9, max_output_tokens: 800, 'reasoning.effort': 'low' }],
] as const)('parameters have the names of %s, and absent ones are not sent', async (api, expected) => {
  scripted.script(text('hi'))
  const provider = createProvider(api)
  await collectAnswer(provider, { parameters: all })
  await collectAnswer(provider, { parameters: { temperature: 0, topP: undefined } })
  await collectAnswer(provider, {})
  expect(allSent()).toEqual([expected, { temperature: 0 }, {}])
})

test('OpenAI itself is limited by the newer name of Chat Completions', () => {
  const memory = createModelMemory({ api: 'chat', isApiChosen: true, host: 'api.openai.com', facts: createModelFacts() })
  const { sent } = planToParameters(memory.planOf('gpt-5'), { parameters: { maxOutputTokens: 9 } })
  expect(sent).toEqual([{ name: 'maxOutputTokens', field: 'max_completion_tokens', value: 9 }])
})

describe('a refused parameter is left out, remembered and noted', () => {
  test.each([
    [
      'OpenAI',
      'temperature',
      says("Unsupported parameter: 'temperature' is not supported with this model.", {
        param: 'temperature',
        code: 'unsupported_parameter',
      }),
    ],
    [
      'OpenAI, of a value',
      'temperature',
      says("Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1) value is supported.", {
        param: 'temperature',
        code: 'unsupported_value',
      }),
    ],
    [
      'OpenAI, without naming it apart',
      'reasoning_effort',
      says('Unrecognized request argument supplied: reasoning_effort', { param: null, code: null }),
    ],
    [
      'OpenAI behind a proxy',
      'top_p',
      {
        error: {
          cause: JSON.stringify(says("Unsupported parameter: 'top_p' is not supported with this model.")),
          code: 400,
          message: 'The call failed',
        },
      },
    ],
    ['Anthropic', 'temperature', says('`temperature` is deprecated for this model.')],
    ['Ollama', 'reasoning_effort', says('"llama3.2:3b" does not support thinking', { type: 'api_error' })],
    [
      'vLLM',
      'reasoning_effort',
      {
        object: 'error',
        message:
          "[{'type': 'extra_forbidden', 'loc': ('body', 'reasoning_effort'), 'msg': 'Extra inputs are not permitted', 'input': 'low'}]",
        code: 400,
      },
    ],
    [
      'LiteLLM, of the effort',
      'reasoning_effort',
      says("litellm.UnsupportedParamsError: openai does not support parameters: ['reasoning_effort'], for model=gpt-4o"),
    ],
    [
      'LiteLLM, of the temperature',
      'temperature',
      says(
        "gpt-5 models (including gpt-5-codex) don't support temperature=0.7. Only temperature=1 is supported. For gpt-5.1, temperature is supported when reasoning_effort='none'",
      ),
    ],
    ['Groq', 'reasoning_effort', says('`reasoning_effort` is not supported with this model')],
  ])('%s: %s', async (_name, field, refusal) => {
    scripted.script(refusing(400, refusal, (sent) => field in sent))
    const facts = createModelFacts()
    expect(await collectAnswer(createProvider('chat', facts), { parameters: all })).toMatchObject({ text: 'hi' })
    const { [field]: _refused, ...rest } = allSent()[0] as Record<string, unknown>
    expect(allSent().slice(1)).toEqual([rest])
    // Also after a restart, with another value, and said again.
    const other = { ...all, temperature: 0.2, topP: 0.3, reasoningEffort: 'high' } as const
    const name = { temperature: 'temperature', top_p: 'topP', reasoning_effort: 'reasoningEffort' }[field] as keyof typeof all
    expect(await notesOf(createProvider('chat', facts).stream(askFor('again', { parameters: other })))).toEqual([
      { kind: 'parameters-refused', model: 'scripted-1', parameters: [{ name, value: other[name] }] },
    ])
    expect(scripted.calls).toBe(3)
    // Another model is asked with all of them.
    scripted.script(text('hi'))
    await collectAnswer(createProvider('chat', facts), { parameters: all, model: 'scripted-2' })
    expect(sentIn(bodyOf(3))).toHaveProperty(field)
  })

  test('by 422, and through Responses', async () => {
    const detail = [{ type: 'extra_forbidden', loc: ['body', 'top_p'], msg: 'Extra inputs are not permitted' }]
    scripted.script(refusing(422, { detail }, (sent) => 'top_p' in sent))
    expect(await collectAnswer(createProvider(), { parameters: all })).toMatchObject({ text: 'hi' })
    const effort = says("Unsupported parameter: 'reasoning.effort' is not supported with this model.", {
      param: 'reasoning.effort',
    })
    scripted.script(refusing(400, effort, (sent) => 'reasoning.effort' in sent))
    expect(await collectAnswer(createProvider('responses'), { parameters: all })).toMatchObject({ text: 'hi' })
    expect(bodyOf(3)).toMatchObject({ reasoning: { summary: 'auto' }, temperature: 0.7 })
  })

  test('several of them, one after the other', async () => {
    const first = (sent: Body) => ['temperature', 'top_p', 'reasoning_effort'].find((name) => name in sent)
    scripted.script(async (reply) => {
      const refused = first(sentIn(reply.request.body as unknown as Body))
      await (refused ? httpAnswer(400, says(`Unsupported parameter: '${refused}'`)) : text('hi'))(reply)
    })
    expect(await notesOf(createProvider().stream(askFor('x', { parameters: all })))).toEqual([
      {
        kind: 'parameters-refused',
        model: 'scripted-1',
        parameters: [
          { name: 'reasoningEffort', value: 'low' },
          { name: 'temperature', value: 0.7 },
          { name: 'topP', value: 0.9 },
        ],
      },
    ])
    expect(allSent().at(-1)).toEqual({ max_tokens: 800 })
  })
})

describe('a refused value', () => {
  test.each([
    [
      'reasoningEffort',
      'minimal',
      'low',
      "Unsupported value: 'minimal' is not supported with the 'gpt-5.1' model. Supported values are: 'none', 'low', 'medium', and 'high'.",
      '***.effort',
    ],
    [
      'reasoningEffort',
      'none',
      'low',
      "Unsupported value: 'reasoning_effort' does not support 'none' with this model. Supported values are: 'minimal', 'low', 'medium', and 'high'.",
      null,
    ],
    [
      'reasoningEffort',
      'xhigh',
      'low',
      "1 validation error: Input should be 'low', 'medium' or 'high' for reasoning_effort",
      null,
    ],
    ['reasoningEffort', 'none', 'low', 'Budget 0 is invalid. This model only works in thinking mode.', null],
    [
      'maxOutputTokens',
      100_000,
      800,
      'max_tokens is too large: 100000. This model supports at most 16384 completion tokens.',
      'max_tokens',
    ],
    [
      'maxOutputTokens',
      8_000,
      800,
      "This model's maximum context length is 8192 tokens. However, you requested 10000 tokens (2000 in the messages, 8000 in the completion).",
      'messages',
    ],
    [
      'maxOutputTokens',
      384_000,
      800,
      "max_tokens (384000) exceeds model's maximum output tokens (65536) for model deepseek-v4",
      null,
    ],
    [
      'maxOutputTokens',
      50_000,
      800,
      '`max_completion_tokens` must be less than or equal to `40960`, the maximum value for `max_completion_tokens` is less than the `context_window` for this model',
      'max_completion_tokens',
    ],
    ['maxOutputTokens', 9_000, 800, 'Invalid max_tokens value, the valid range of max_tokens is [1, 8192]', null],
    ['reasoningEffort', 'medium', 'low', 'think value "medium" is not supported for this model', null],
    ['temperature', 1.5, 0.7, 'temperature: range: 0..1', null],
  ] as const)('%s %s is left out, and %s is sent', async (name, refused, taken, message, param) => {
    scripted.script(refusing(400, says(message, { param }), (sent) => Object.values(sent).includes(refused)))
    const provider = createProvider()
    const notes = await notesOf(provider.stream(askFor('x', { parameters: { [name]: refused } as ModelParameters })))
    expect(notes).toEqual([{ kind: 'parameters-refused', model: 'scripted-1', parameters: [{ name, value: refused }] }])
    expect(await notesOf(provider.stream(askFor('x', { parameters: { [name]: taken } as ModelParameters })))).toEqual([])
    expect(Object.values(allSent().at(-1) ?? {})).toEqual([taken])
    expect(scripted.calls).toBe(3)
  })

  test('the list of them does not grow without end', async () => {
    scripted.script(refusing(400, says('temperature: range: 0..0.01'), (sent) => 'temperature' in sent))
    const facts = createModelFacts()
    for (let index = 1; index <= 20; index += 1) {
      await collectAnswer(createProvider('chat', facts), { parameters: { temperature: index / 10 } })
    }
    const [host] = [new URL(scripted.baseUrl).host]
    expect(String(facts.find(host, 'scripted-1')?.plan['refusedParameters']).split(' ')).toHaveLength(12)
  })
})

test('top-p that is refused beside a temperature is sent without one', async () => {
  const refusal = says('`temperature` and `top_p` cannot both be specified for this model. Please use only one.')
  scripted.script(refusing(400, refusal, (sent) => 'temperature' in sent && 'top_p' in sent))
  const provider = createProvider()
  await collectAnswer(provider, { parameters: { temperature: 0.7, topP: 0.9 } })
  await collectAnswer(provider, { parameters: { topP: 0.9 } })
  expect(allSent().slice(1)).toEqual([{ temperature: 0.7 }, { top_p: 0.9 }])
})

test('a prompt that is too long is not blamed on a limit that leaves room for one', async () => {
  const message =
    "This model's maximum context length is 8192 tokens. However, you requested 8300 tokens (7500 in the messages, 800 in the completion). Please reduce the length of the messages or completion, or max_tokens."
  scripted.script(httpAnswer(400, says(message)))
  const facts = createModelFacts()
  expect(await collectAnswer(createProvider('chat', facts), { parameters: all })).toMatchObject({ error: 'context-overflow' })
  expect(scripted.calls).toBe(1)
})

test('a model that takes a temperature only without reasoning gets it there', async () => {
  const refusal = says("Unsupported parameter: 'temperature' is not supported with this model.", { param: 'temperature' })
  scripted.script(refusing(400, refusal, (sent) => 'temperature' in sent && sent['reasoning_effort'] !== 'none'))
  const provider = createProvider()
  const ask = async (parameters: ModelParameters) => await collectAnswer(provider, { parameters })
  await ask({ temperature: 0.7 })
  await ask({ temperature: 0.7, reasoningEffort: 'none' })
  await ask({ temperature: 0.7, reasoningEffort: 'low' })
  const without = { reasoning_effort: 'none', temperature: 0.7 }
  expect(allSent()).toEqual([{ temperature: 0.7 }, {}, without, { reasoning_effort: 'low' }])
  // Another model takes it in no case.
  scripted.script(refusing(400, refusal, (sent) => 'temperature' in sent))
  await ask({ temperature: 0.7, reasoningEffort: 'none' })
  await ask({ temperature: 0.2, reasoningEffort: 'none' })
  expect(allSent().slice(4)).toEqual([without, { reasoning_effort: 'none' }, { reasoning_effort: 'none' }])
})

test('top-p that a program insists on stays, and the temperature beside it goes', async () => {
  const refusal = says('`temperature` and `top_p` cannot both be specified for this model. Please use only one.')
  scripted.script(refusing(400, refusal, (sent) => 'temperature' in sent && 'top_p' in sent))
  const request = { parameters: { temperature: 0.7, topP: 0.9 }, insistsOn: ['topP'] } as const
  expect(await collectAnswer(createProvider(), request)).toMatchObject({ text: 'hi' })
  expect(allSent().at(-1)).toEqual({ top_p: 0.9 })
})

test.each(['max_tokens', 'max_completion_tokens'])(
  'Q53 a model that knows the limit only by another name than %s',
  async (refused) => {
    const other = refused === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens'
    const refusal = says(`Unsupported parameter: '${refused}' is not supported with this model. Use '${other}' instead.`)
    scripted.script(refusing(400, refusal, (sent) => refused in sent))
    const provider = createProvider()
    expect(await notesOf(provider.stream(askFor('x', { parameters: { maxOutputTokens: 800 } })))).toEqual([])
    await collectAnswer(provider, { parameters: { maxOutputTokens: 90 } })
    expect(allSent().at(-1)).toEqual({ [other]: 90 })
  },
)

test('a model that takes no limit by any name answers without one', async () => {
  scripted.script(
    refusing(400, says('Unknown field: max_completion_tokens or max_tokens'), (sent) => Object.keys(sent).length > 0),
  )
  expect(await collectAnswer(createProvider(), { parameters: { maxOutputTokens: 800 } })).toMatchObject({ text: 'hi' })
  expect(allSent()).toEqual([{ max_tokens: 800 }, { max_completion_tokens: 800 }, {}])
})

test('a parameter that is insisted on is always sent, and its refusal is the error', async () => {
  const refusal = says("Unsupported parameter: 'temperature' is not supported with this model.")
  scripted.script(refusing(400, refusal, (sent) => 'temperature' in sent))
  const provider = createProvider()
  const parameters = { temperature: 0.7, topP: 0.9 }
  expect(await collectAnswer(provider, { parameters, insistsOn: ['temperature'] })).toMatchObject({ error: 'provider-rejected' })
  expect(scripted.calls).toBe(1)
  await collectAnswer(provider, { parameters })
  expect(await collectAnswer(provider, { parameters, insistsOn: ['temperature'] })).toMatchObject({ error: 'provider-rejected' })
  expect(allSent().at(-1)).toEqual({ temperature: 0.7, top_p: 0.9 })
  // Its other name is no other parameter.
  scripted.script(refusing(400, says("Unsupported parameter: 'max_tokens'"), (sent) => 'max_tokens' in sent))
  expect(await collectAnswer(provider, { parameters: { maxOutputTokens: 9 }, insistsOn: ['maxOutputTokens'] })).toMatchObject({
    text: 'hi',
  })
})

test.each([
  [400, says('This model does not exist')],
  [400, says('Your prompt was flagged')],
  [500, says('temperature sensor of the data centre failed')],
])('a refusal of something else is the error: %i %j', async (status, body) => {
  scripted.script(httpAnswer(status, body))
  expect(await collectAnswer(createProvider(), { parameters: all })).toMatchObject({ error: expect.any(String) })
  expect(scripted.calls).toBe(1)
})

test('a plan begins with no refusal', () => {
  expect(planToParameters(createCallPlan('chat'), { parameters: all }).refused).toEqual([])
})
