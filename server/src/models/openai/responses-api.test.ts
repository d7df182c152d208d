import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { askFor, collectAnswer } from '../../../testing/scripted-provider/collect-answer.ts'
import {
  createScriptedProvider,
  httpError,
  inTurn,
  text,
  thinking,
  toolCalls,
  type ScriptedProvider,
} from '../../../testing/scripted-provider/index.ts'
import type { ModelMessage, ModelReplay } from '../model.ts'
import { createOpenAiProvider } from './create-openai-provider.ts'

let scripted: ScriptedProvider
beforeEach(async () => {
  scripted = await createScriptedProvider()
})
afterEach(async () => {
  await scripted[Symbol.asyncDispose]()
})

function createProvider() {
  const config = { name: 'Scripted', baseUrl: scripted.baseUrl, apiKey: 'k', defaultModel: 'm', api: 'responses' } as const
  return createOpenAiProvider({ config, idleTimeoutMs: 5000 })
}
const bodyOf = (index: number) => scripted.requests[index]?.body as Record<string, unknown>

const parameters = { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] }
const tools = [{ name: 'add_task', description: 'Adds a task', parameters }]

describe('a request', () => {
  test('is a conversation that the provider does not store', async () => {
    scripted.script(text('hi'))
    await collectAnswer(createProvider(), {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'add milk' },
        { role: 'assistant', content: 'I add it.', toolCalls: [{ callId: 'a', name: 'add_task', args: '{"title":"Milk"}' }] },
        { role: 'tool', callId: 'a', content: '{"status":"created"}' },
        { role: 'assistant', content: 'Done.', toolCalls: [] },
        { role: 'user', content: 'thanks' },
      ],
      tools,
    })
    expect(scripted.requests[0]?.path).toBe('/v1/responses')
    expect(scripted.requests[0]?.headers.authorization).toBe('Bearer k')
    expect(bodyOf(0)).toEqual({
      model: 'scripted-1',
      instructions: 'Be brief.',
      input: [
        { type: 'message', role: 'user', content: 'add milk' },
        { type: 'message', role: 'assistant', content: 'I add it.' },
        { type: 'function_call', call_id: 'call00001', name: 'add_task', arguments: '{"title":"Milk"}' },
        { type: 'function_call_output', call_id: 'call00001', output: '{"status":"created"}' },
        { type: 'message', role: 'assistant', content: 'Done.' },
        { type: 'message', role: 'user', content: 'thanks' },
      ],
      tools: [{ type: 'function', name: 'add_task', description: 'Adds a task', parameters, strict: false }],
      store: false,
      include: ['reasoning.encrypted_content'],
      reasoning: { summary: 'auto' },
      stream: true,
    })
  })

  test('is valid whatever the history holds: lost results, results of nothing, odd arguments, lone surrogates', async () => {
    scripted.script(text('hi'))
    const messages: ModelMessage[] = [
      { role: 'tool', callId: 'z', content: 'of nothing' },
      { role: 'assistant', content: '', toolCalls: [{ callId: 'a', name: 'add_task', args: '{"t' }] },
      { role: 'user', content: 'a \ud83d b' },
      { role: 'system', content: 'From now on in French.' },
      { role: 'assistant', content: '', toolCalls: [] },
    ]
    await collectAnswer(createProvider(), { messages })
    expect(bodyOf(0)).toMatchObject({
      input: [
        { type: 'function_call', call_id: 'call00001', arguments: '{}' },
        { type: 'function_call_output', call_id: 'call00001', output: '{"error":"cancelled"}' },
        { role: 'user', content: 'a \ufffd b' },
        { role: 'system', content: 'From now on in French.' },
      ],
    })
    expect(bodyOf(0)).not.toHaveProperty('instructions')
  })

  test('asks for no stream when none is requested, and reads the answer', async () => {
    const answer = await createProvider().complete(askFor('a title'))
    expect(answer).toEqual({
      text: 'A scripted title',
      finishReason: 'stop',
      usage: { inputTokens: 10, outputTokens: 3, estimated: false },
    })
    expect(scripted.completions[0]?.path).toBe('/v1/responses')
    expect(scripted.completions[0]?.body).not.toHaveProperty('stream')
  })
})

/** One step as an engine keeps it: what it said and called, and what to send back with it. */
async function firstStep(): Promise<{ step: ModelMessage & { role: 'assistant' }; replay: ModelReplay }> {
  scripted.script(
    thinking(
      'It wants milk.',
      toolCalls({ name: 'add_task', args: { title: 'Milk' }, id: 'call_x' }, { name: 'add_task', args: { title: 'Eggs' } }),
    ),
  )
  const { calls = [], replay } = await collectAnswer(createProvider(), { tools })
  if (!replay) throw new Error('nothing to replay')
  const kept = JSON.parse(JSON.stringify(replay)) as ModelReplay
  return {
    replay: kept,
    step: {
      role: 'assistant',
      content: '',
      // The stored arguments have been parsed and serialized again.
      toolCalls: calls.map(({ name, args }, index) => ({
        callId: `own-${index}`,
        name,
        args: JSON.stringify(JSON.parse(args), null, 1),
      })),
      replay: kept,
    },
  }
}
const results: ModelMessage[] = [
  { role: 'tool', callId: 'own-1', content: 'eggs' },
  { role: 'tool', callId: 'own-0', content: 'milk' },
]

describe('the earlier output of a model', () => {
  test('goes back to it as it came and in order, with the results behind it', async () => {
    const { step } = await firstStep()
    scripted.script(text('done'))
    await collectAnswer(createProvider(), { messages: [{ role: 'user', content: 'add' }, step, ...results], tools })
    expect(bodyOf(1)['input']).toEqual([
      { type: 'message', role: 'user', content: 'add' },
      {
        id: 'rs_0_0',
        type: 'reasoning',
        summary: [{ type: 'summary_text', text: 'It wants milk.' }],
        encrypted_content: 'sealed 0',
      },
      {
        id: 'fc_0_1',
        type: 'function_call',
        call_id: 'call_x',
        name: 'add_task',
        arguments: '{"title":"Milk"}',
        status: 'completed',
      },
      {
        id: 'fc_0_2',
        type: 'function_call',
        call_id: 'call_0_2',
        name: 'add_task',
        arguments: '{"title":"Eggs"}',
        status: 'completed',
      },
      { type: 'function_call_output', call_id: 'call_x', output: 'milk' },
      { type: 'function_call_output', call_id: 'call_0_2', output: 'eggs' },
    ])
  })

  test('does not go to another model', async () => {
    const { step } = await firstStep()
    scripted.script(text('done'))
    await collectAnswer(createProvider(), { model: 'scripted-2', messages: [step, ...results], tools })
    expect(JSON.stringify(bodyOf(1))).not.toContain('sealed')
    expect(bodyOf(1)['input']).toMatchObject([
      { type: 'function_call', call_id: 'call00001' },
      { type: 'function_call', call_id: 'call00002' },
      { type: 'function_call_output', output: 'milk' },
      { type: 'function_call_output', output: 'eggs' },
    ])
  })

  test('does not go to another host, nor through the other API', async () => {
    const { step } = await firstStep()
    await using other = await createScriptedProvider()
    const config = { name: 'Other', baseUrl: other.baseUrl, apiKey: null, defaultModel: 'm' }
    other.script(text('done'))
    for (const api of ['responses', 'chat'] as const) {
      const provider = createOpenAiProvider({ config: { ...config, api }, idleTimeoutMs: 5000 })
      await collectAnswer(provider, { messages: [{ role: 'user', content: 'add' }, step, ...results], tools })
    }
    expect(other.calls).toBe(2)
    expect(JSON.stringify(other.requests.map(({ body }) => body))).not.toContain('sealed')
  })

  test('is left out where the step has been changed since', async () => {
    const { step } = await firstStep()
    scripted.script(text('done'))
    const changed = [
      { ...step, content: 'More was said here.' },
      { ...step, toolCalls: step.toolCalls.slice(0, 1) },
      { ...step, toolCalls: step.toolCalls.map((call) => ({ ...call, name: 'other' })) },
      { ...step, replay: { ...step.replay, items: 'none' } },
      { ...step, replay: {} },
    ]
    for (const message of changed) {
      await collectAnswer(createProvider(), { messages: [{ role: 'user', content: 'add' }, message, ...results], tools })
    }
    const later = scripted.requests.slice(1).map(({ body }) => JSON.stringify(body))
    expect(later).toHaveLength(changed.length)
    for (const body of later) expect(body).not.toContain('sealed')
  })

  test('keeps calls apart whose ids a provider used twice', async () => {
    const { step } = await firstStep()
    scripted.script(text('done'))
    await collectAnswer(createProvider(), { messages: [step, ...results, step, ...results], tools })
    const input = bodyOf(1)['input'] as { type: string; call_id?: string }[]
    const ids = input.flatMap(({ type, call_id }) => (type === 'function_call' ? [call_id] : []))
    expect(new Set(ids).size).toBe(4)
    const answered = input.flatMap(({ type, call_id }) => (type === 'function_call_output' ? [call_id] : []))
    expect(answered.toSorted()).toEqual(ids.toSorted())
  })
})

describe('a refusal that says what it is about', () => {
  const refusals: readonly (readonly [name: string, status: number, error: Record<string, unknown>, missing: string])[] = [
    [
      'encrypted content, by a model that does not reason',
      400,
      { message: 'Encrypted content is not supported with this model.', type: 'invalid_request_error', param: 'include' },
      'include',
    ],
    [
      'a summary, by an organisation that is not verified',
      400,
      {
        message: 'Your organization must be verified to generate reasoning summaries.',
        param: 'reasoning.summary',
        code: 'unsupported_value',
      },
      'reasoning',
    ],
    [
      'the field for it',
      400,
      { message: "Unsupported parameter: 'reasoning.summary' is not supported with this model.", code: 'unsupported_parameter' },
      'reasoning',
    ],
    [
      'the whole of it',
      400,
      { message: "Unknown parameter: 'reasoning'.", param: 'reasoning', code: 'unknown_parameter' },
      'reasoning',
    ],
  ]

  test.each(refusals)('%s: the call is made without, from then on', async (_name, status, error, missing) => {
    scripted.script(inTurn(httpError(status, error), text('one'), text('two')))
    const provider = createProvider()
    expect(await collectAnswer(provider)).toMatchObject({ text: 'one', finishReason: 'stop' })
    expect(await collectAnswer(provider)).toMatchObject({ text: 'two' })
    expect(scripted.requests.map(({ body }) => missing in body)).toEqual([true, false, false])
  })

  test('is about one model: others are asked as before', async () => {
    scripted.script(inTurn(httpError(400, { message: 'Encrypted content is not supported with this model.' }), text('one')))
    const provider = createProvider()
    await collectAnswer(provider, { model: 'small' })
    await collectAnswer(provider, { model: 'large' })
    expect(scripted.requests.map(({ body }) => 'include' in body)).toEqual([true, false, true])
  })

  test('two of them, one after the other', async () => {
    scripted.script(
      inTurn(
        httpError(400, { message: 'Encrypted content is not supported with this model.', param: 'include' }),
        httpError(400, { message: "Unsupported parameter: 'reasoning.summary'" }),
        text('one'),
      ),
    )
    expect(await collectAnswer(createProvider())).toMatchObject({ text: 'one' })
    expect(bodyOf(2)).toEqual({
      model: 'scripted-1',
      input: [{ type: 'message', role: 'user', content: 'hello' }],
      store: false,
      stream: true,
    })
  })

  test('the same one again fails', async () => {
    scripted.script(httpError(400, { message: 'Encrypted content is not supported with this model.' }))
    expect(await collectAnswer(createProvider())).toEqual({ error: 'provider-rejected', retryable: false })
    expect(scripted.calls).toBe(2)
  })

  test.each([
    [400, 'The encrypted content gAAA...Rg== could not be verified.', 'invalid_encrypted_content'],
    [400, 'The encrypted content for item rs_1 could not be verified. Reason: Encrypted content item_id did not match.', null],
    [400, 'reasoning `encrypted_content` was not issued to this caller', null],
    [400, "Item 'rs_1' of type 'reasoning' was provided without its required following item.", null],
    [404, "Item with id 'rs_1' not found. Items are not persisted when `store` is set to false.", null],
  ])('%i what was sent back (%s): the step goes as plain text, this time', async (status, refusal, code) => {
    const { step } = await firstStep()
    const provider = createProvider()
    scripted.script(inTurn(httpError(status, { message: refusal, code }), text('one'), text('two')))
    const messages = [{ role: 'user', content: 'add' } as const, step, ...results]
    expect(await collectAnswer(provider, { messages, tools })).toMatchObject({ text: 'one' })
    await collectAnswer(provider, { messages, tools })
    expect(scripted.requests.slice(1).map(({ body }) => JSON.stringify(body).includes('sealed'))).toEqual([true, false, true])
    expect(scripted.requests.every(({ path, body }) => path === '/v1/responses' && 'include' in body)).toBe(true)
  })
})
