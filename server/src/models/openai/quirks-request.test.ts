import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { askFor, collectAnswer } from '../../../testing/scripted-provider/collect-answer.ts'
import {
  createScriptedProvider,
  httpAnswer,
  httpError,
  inTurn,
  raw,
  text,
  thinking,
  toolCalls,
  type Answer,
  type ScriptedProvider,
} from '../../../testing/scripted-provider/index.ts'
import { plannerTools } from '../../planner/tools/planner-tools.ts'
import type { ModelMessage } from '../model.ts'
import { createOpenAiProvider } from './create-openai-provider.ts'

/** Requests that providers refuse, and fields that some demand. */
let scripted: ScriptedProvider
beforeEach(async () => {
  scripted = await createScriptedProvider()
})
afterEach(async () => {
  await scripted[Symbol.asyncDispose]()
})

function createProvider(api: 'chat' | 'responses' = 'chat') {
  const config = { name: 'Scripted', baseUrl: scripted.baseUrl, apiKey: null, defaultModel: 'm', api }
  return createOpenAiProvider({ config, idleTimeoutMs: 5000 })
}
const bodyOf = (index: number) => scripted.requests[index]?.body as Record<string, unknown>

const tools = plannerTools.map(({ name, description, parameters }) => ({ name, description, parameters }))
const step: ModelMessage = { role: 'assistant', content: '', toolCalls: [{ callId: 'a', name: 'add_task', args: '{}' }] }
const messages: readonly ModelMessage[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'one' },
  { role: 'assistant', content: 'two', toolCalls: [] },
  { role: 'user', content: 'add' },
  step,
  { role: 'tool', callId: 'a', content: '{}' },
]

/** Answers only requests in which nothing is found to refuse. */
function strict(findFault: (body: Record<string, unknown>) => string | undefined): Answer {
  return async (reply) => {
    const fault = findFault(reply.request.body as Record<string, unknown>)
    await (fault === undefined ? text('hi') : httpError(400, { message: `Unsupported: ${fault}` }))(reply)
  }
}
const refusing = (name: string) => strict((body) => (JSON.stringify(body).includes(`"${name}"`) ? name : undefined))

test.each([
  ['Q53', 'max_tokens'],
  ['Q53', 'max_completion_tokens'],
  ['Q53', 'max_output_tokens'],
  ['Q54', 'developer'],
  ['Q55', 'parallel_tool_calls'],
  ['Q55', 'temperature'],
  ['Q55', 'top_p'],
])('%s a provider that refuses %s is asked without it', async (_quirk, name) => {
  scripted.script(refusing(name))
  for (const api of ['chat', 'responses'] as const) {
    expect(await collectAnswer(createProvider(api), { messages, tools })).toMatchObject({ text: 'hi' })
  }
  expect(scripted.calls).toBe(2)
})

test('Q55 a provider of Chat Completions that refuses strict is asked without it', async () => {
  scripted.script(refusing('strict'))
  expect(await collectAnswer(createProvider(), { messages, tools })).toMatchObject({ text: 'hi' })
})

test('Q56 every tool has a schema that Gemini takes', async () => {
  const refused = new Set([
    '$schema',
    '$ref',
    'additionalProperties',
    'exclusiveMinimum',
    'exclusiveMaximum',
    'const',
    'anyOf',
    'oneOf',
    'allOf',
    'pattern',
    'default',
  ])
  const findKey = (value: unknown): string | undefined => {
    if (typeof value !== 'object' || value === null) return undefined
    for (const [key, inner] of Object.entries(value)) {
      if (refused.has(key)) return key
      if (key === 'type' && Array.isArray(inner)) return 'a list of types'
      const found = findKey(inner)
      if (found !== undefined) return found
    }
    return undefined
  }
  scripted.script(strict((body) => findKey(body['tools'])))
  expect(tools.length).toBeGreaterThan(5)
  expect(await collectAnswer(createProvider(), { messages, tools })).toMatchObject({ text: 'hi' })
})

test('Q52 a call that the model got wrong is worth another try, and says so', async () => {
  scripted.script(httpError(400, { code: 'tool_use_failed', failed_generation: '<x' }))
  expect(await collectAnswer(createProvider(), { messages, tools })).toEqual({ error: 'provider-malformed', retryable: true })
})

describe('the earlier output of a model', () => {
  test('Q14 Q15 goes back to it: signatures on their calls, thoughts beside them', async () => {
    scripted.script(async (reply) => {
      await reply.delta({ reasoning_content: 'It wants milk.' })
      const extra = { extra_content: { google: { thought_signature: 'sig' } } }
      await reply.delta({ tool_calls: [{ index: 0, id: 'x', function: { name: 'add_task', arguments: '{}' }, ...extra }] })
      await reply.finish('tool_calls')
    })
    const provider = createProvider()
    const { calls = [], replay } = await collectAnswer(provider, { tools })
    const [call] = calls
    if (!call || !replay) throw new Error('nothing to send back')
    const kept = JSON.parse(JSON.stringify({ replay, call })) as { replay: Record<string, unknown>; call: { extra: object } }
    scripted.script(text('done'))
    const said = {
      ...step,
      toolCalls: [{ callId: 'a', name: 'add_task', args: '{}', extra: { ...kept.call.extra } }],
      replay: kept.replay,
    } as const
    const history = [{ role: 'user', content: 'add' }, said, { role: 'tool', callId: 'a', content: '{}' }] as const
    await collectAnswer(provider, { messages: history, tools })
    expect(bodyOf(1)['messages']).toEqual([
      { role: 'user', content: 'add' },
      {
        role: 'assistant',
        content: null,
        reasoning_content: 'It wants milk.',
        tool_calls: [
          {
            id: 'call00001',
            type: 'function',
            function: { name: 'add_task', arguments: '{}' },
            extra_content: { google: { thought_signature: 'sig' } },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'call00001', content: '{}' },
    ])
    await collectAnswer(provider, { model: 'scripted-2', messages: history, tools })
    expect(JSON.stringify(bodyOf(2))).not.toContain('It wants milk.')
  })

  test('is left out once it has been refused', async () => {
    scripted.script(thinking('hm', toolCalls({ name: 'add_task', args: '{}' })))
    const provider = createProvider()
    const { replay = {} } = await collectAnswer(provider, { tools })
    scripted.script(inTurn(httpError(400, { message: 'reasoning_content is not allowed in the input' }), text('one')))
    const history = [{ role: 'user', content: 'add' } as const, { ...step, replay }]
    expect(await collectAnswer(provider, { messages: history, tools })).toMatchObject({ text: 'one' })
    expect(scripted.requests.slice(1).map(({ body }) => JSON.stringify(body).includes('reasoning_content'))).toEqual([
      true,
      false,
    ])
  })
})

describe('a history that another model wrote', () => {
  test.each([
    'The `reasoning_content` in the thinking mode must be passed back to the API.',
    'Missing `reasoning_content` field in the assistant message at message index 2.',
  ])('is given what DeepSeek wants of it: %s', async (message) => {
    scripted.script(inTurn(httpError(400, { message }), text('one'), text('two')))
    const provider = createProvider()
    expect(await collectAnswer(provider, { messages, tools })).toMatchObject({ text: 'one' })
    expect(await collectAnswer(provider, { messages, tools })).toMatchObject({ text: 'two' })
    const answers = (index: number) =>
      (bodyOf(index)['messages'] as { role: string }[]).filter(({ role }) => role === 'assistant')
    expect(answers(0).every((answer) => !('reasoning_content' in answer))).toBe(true)
    for (const index of [1, 2]) expect(answers(index)).toMatchObject([{ reasoning_content: '' }, { reasoning_content: '' }])
    expect(scripted.calls).toBe(3)
  })

  test('is given what Gemini wants of it', async () => {
    const refusal = httpAnswer(400, [
      {
        error: {
          code: 400,
          message: 'Function call is missing a thought_signature in functionCall parts.',
          status: 'INVALID_ARGUMENT',
        },
      },
    ])
    scripted.script(inTurn(refusal, text('one'), text('two')))
    const provider = createProvider()
    expect(await collectAnswer(provider, { messages, tools })).toMatchObject({ text: 'one' })
    expect(await collectAnswer(provider, { messages, tools })).toMatchObject({ text: 'two' })
    const signature = '"thought_signature":"skip_thought_signature_validator"'
    expect(scripted.requests.map(({ body }) => JSON.stringify(body).includes(signature))).toEqual([false, true, true])
  })

  test('with signatures that Gemini refuses goes without them', async () => {
    scripted.script(inTurn(httpError(400, { message: 'Corrupted thought signature.' }), text('one')))
    const extra = { extra_content: { google: { thought_signature: 'somebody else’s' } } }
    const signed: ModelMessage = { ...step, toolCalls: [{ callId: 'a', name: 'add_task', args: '{}', extra }] }
    expect(await collectAnswer(createProvider(), { messages: [signed], tools })).toMatchObject({ text: 'one' })
    expect(JSON.stringify(bodyOf(1))).toContain('skip_thought_signature_validator')
    expect(JSON.stringify(bodyOf(1))).not.toContain('somebody else')
  })
})

test('a failure after a call was made again is not blamed on the first refusal', async () => {
  scripted.script(
    inTurn(
      httpError(400, { message: 'Unrecognized request argument supplied: stream_options' }),
      raw('data: {"choices":[{"delta":{"content":"hi"}}]}\n\ndata: {"choices":[{\n\n'),
    ),
  )
  expect(await collectAnswer(createProvider())).toEqual({ text: 'hi', error: 'provider-malformed', retryable: true })
})

test('headers of the settings are sent with everything, and win', async () => {
  const headers = { 'HTTP-Referer': 'https://chat.example.com', Authorization: 'Token abc', 'user-agent': 'mine' }
  const config = { name: 'x', baseUrl: scripted.baseUrl, apiKey: 'sk', defaultModel: 'm', headers }
  const provider = createOpenAiProvider({ config, idleTimeoutMs: 5000 })
  scripted.script(text('hi'))
  await collectAnswer(provider)
  await provider.complete(askFor('a title'))
  for (const request of [scripted.requests[0], scripted.completions[0]]) {
    expect(request?.headers).toMatchObject({
      'http-referer': 'https://chat.example.com',
      authorization: 'Token abc',
      'user-agent': 'mine',
      'content-type': 'application/json',
    })
  }
})
