import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { askFor, collectAnswer } from '../../../testing/scripted-provider/collect-answer.ts'
import {
  completion,
  createScriptedProvider,
  httpAnswer,
  text,
  type Answer,
  type ScriptedProvider,
} from '../../../testing/scripted-provider/index.ts'
import { createModelFacts, type ModelFacts } from '../model-facts.ts'
import type { ModelEvent, ModelMessage } from '../model.ts'
import { createOpenAiProvider } from './create-openai-provider.ts'

/** A feature that a model or its server refuses is left out and remembered, and the reader is notified where that matters. */
let scripted: ScriptedProvider
let logged: Record<string, unknown>[]
beforeEach(async () => {
  scripted = await createScriptedProvider()
  logged = []
})
afterEach(async () => {
  await scripted[Symbol.asyncDispose]()
})

const logger = {
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: (fields: Record<string, unknown>) => void logged.push(fields),
  error: () => undefined,
  fatal: () => undefined,
} as never

function createProvider(options: { api?: 'chat' | 'responses' | 'auto'; facts?: ModelFacts; apiKey?: string } = {}) {
  const { api = 'chat', facts, apiKey = null } = options
  const config = { name: 'Scripted', baseUrl: scripted.baseUrl, apiKey, defaultModel: 'm', api }
  return createOpenAiProvider({ config, idleTimeoutMs: 5000, logger, ...(facts && { facts }) })
}
interface AskedBody {
  readonly tools?: readonly { readonly function: { readonly name: string } }[]
  readonly messages: readonly {
    readonly role: string
    readonly tool_calls?: readonly { readonly function: { readonly name: string } }[]
  }[]
  readonly input: readonly { readonly type: string; readonly name?: string }[]
}
const bodyOf = (index: number) => scripted.requests[index]?.body as unknown as AskedBody
const parameters = { type: 'object', properties: {} }
const tools = ['add_task', 'list_tasks', 'mcp__files__read'].map((name) => ({ name, description: 'x', parameters }))

async function notesOf(events: AsyncIterable<ModelEvent>): Promise<unknown[]> {
  const notes: unknown[] = []
  for await (const event of events) if (event.type === 'note') notes.push(event.note)
  return notes
}

/** Refuses requests in which `isRefused` finds something. */
function refusing(status: number, body: unknown, isRefused: (request: AskedBody) => boolean): Answer {
  return async (reply) => {
    const asked = reply.request.body as unknown as AskedBody
    await (isRefused(asked) ? httpAnswer(status, body as string) : text('hi'))(reply)
  }
}
const hasTools = (body: AskedBody) => body.tools !== undefined

describe('B28 a model or server that takes no tools answers without them', () => {
  const error = (message: string, more: object = {}) => ({ error: { message, ...more } })
  test.each([
    ['Ollama', 400, error('registry.ollama.ai/library/gemma3:4b does not support tools', { type: 'api_error' })],
    [
      'vLLM',
      400,
      {
        object: 'error',
        message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
        code: 400,
      },
    ],
    [
      'OpenRouter',
      404,
      error('No endpoints found that support tool use. To learn more about provider routing, visit: https://openrouter.ai/docs', {
        code: 404,
      }),
    ],
    ['llama.cpp', 500, error('tools param requires --jinja flag', { code: 500, type: 'server_error' })],
    ['Groq', 400, error('`tool calling` is not supported with this model', { type: 'invalid_request_error' })],
    [
      'Gemini',
      400,
      [error('Function calling is not enabled for models/gemma-3-27b-it', { code: 400, status: 'INVALID_ARGUMENT' })],
    ],
    [
      'Mistral',
      400,
      { object: 'error', message: 'Function calling is not enabled for this model', type: 'invalid_request_function_call' },
    ],
    ['Bedrock', 400, error("This model doesn't support tool use.")],
    ['an OpenAI model', 400, error('Unsupported parameter: tools', { param: 'tools', code: 'unsupported_parameter' })],
    ['FastAPI', 422, { detail: [{ type: 'extra_forbidden', loc: ['body', 'tools'], msg: 'Extra inputs are not permitted' }] }],
    ['an old server', 400, error('Unrecognized request argument supplied: tools')],
    ['a proxy', 501, error('tool calls are not supported')],
  ])('%s', async (_name, status, body) => {
    scripted.script(refusing(status, body, hasTools))
    const provider = createProvider()
    expect(await collectAnswer(provider, { tools })).toMatchObject({ text: 'hi', finishReason: 'stop' })
    expect(scripted.calls).toBe(2)
    expect(await notesOf(provider.stream(askFor('again', { tools })))).toEqual([
      { kind: 'tools-refused', offered: 3, refused: 3 },
    ])
    expect(scripted.calls).toBe(3)
    expect(logged.filter(({ event }) => event === 'model-call-adapted')).toEqual([
      expect.objectContaining({ changed: { tools: false }, said: expect.stringMatching(/tool|function/iu) }),
    ])
  })

  test('through Responses', async () => {
    scripted.script(refusing(400, error('Tools are not supported with this model.', { param: 'tools' }), hasTools))
    expect(await collectAnswer(createProvider({ api: 'responses' }), { tools })).toMatchObject({ text: 'hi' })
  })

  test('also after a restart', async () => {
    const facts = createModelFacts()
    scripted.script(refusing(400, error('m does not support tools'), hasTools))
    await collectAnswer(createProvider({ facts }), { tools })
    await collectAnswer(createProvider({ facts }), { tools })
    expect(scripted.calls).toBe(3)
    expect(bodyOf(2)).not.toHaveProperty('tools')
  })

  test('and with a history of calls, which then goes as text', async () => {
    const hasCalls = (body: AskedBody) => hasTools(body) || body.messages.some((message) => message.tool_calls)
    scripted.script(refusing(400, error('m does not support tools'), hasCalls))
    const messages: ModelMessage[] = [
      { role: 'user', content: 'add it' },
      { role: 'assistant', content: '', toolCalls: [{ callId: 'a', name: 'add_task', args: '{}' }] },
      { role: 'tool', callId: 'a', content: '{"id":1}' },
    ]
    expect(await collectAnswer(createProvider(), { tools, messages })).toMatchObject({ text: 'hi' })
    expect(bodyOf(2).messages.map((message) => message.role)).toEqual(['user', 'assistant'])
  })

  test('but a refusal of a call that stands in the history, or of one that the model wrote, is none of tools', async () => {
    for (const message of [
      "messages with role 'tool' must be a response to a preceding message with 'tool_calls', which is not supported",
      'An assistant message with tool_calls must be followed by tool messages, no other is allowed',
    ]) {
      scripted.script(httpAnswer(400, error(message)))
      expect(await collectAnswer(createProvider(), { tools })).toMatchObject({ error: 'provider-rejected' })
    }
    expect(scripted.calls).toBe(2)
  })

  test('more tools than it takes: the first of them', async () => {
    const message =
      "Invalid 'tools': array too long. Expected an array with maximum length 2, but got an array with length 3 instead."
    scripted.script(refusing(400, error(message), (body) => body.tools?.length === 3))
    const provider = createProvider()
    expect(await notesOf(provider.stream(askFor('x', { tools })))).toEqual([{ kind: 'tools-refused', offered: 3, refused: 1 }])
    expect(bodyOf(1).tools).toHaveLength(2)
  })

  test('a tool whose schema is refused: all but that one', async () => {
    const names = (body: AskedBody) => (body.tools ?? []).map((tool) => tool.function.name)
    for (const message of [
      "Invalid schema for function 'mcp__files__read': schema must have a type",
      "Invalid 'tools[2].function.parameters': no schema",
    ]) {
      const before = scripted.calls
      scripted.script(refusing(400, error(message), (body) => names(body).includes('mcp__files__read')))
      expect(await collectAnswer(createProvider(), { tools })).toMatchObject({ text: 'hi' })
      expect(names(bodyOf(before + 1))).toEqual(['add_task', 'list_tasks'])
    }
  })
})

describe('other things that a model refuses', () => {
  test.each(['chat', 'responses'] as const)('a stream, to an organisation that is not verified: %s', async (api) => {
    const message = 'Your organization must be verified to stream this model. Please go to: https://platform.openai.com'
    scripted.script(httpAnswer(400, { error: { message, param: 'stream', code: 'unsupported_value' } }))
    scripted.scriptCompletion(completion('whole'))
    const provider = createProvider({ api })
    expect(await collectAnswer(provider)).toMatchObject({ text: 'whole', finishReason: 'stop', usage: { estimated: false } })
    expect(await collectAnswer(provider)).toMatchObject({ text: 'whole' })
    expect([scripted.calls, scripted.completions.length]).toEqual([1, 2])
  })

  const history: ModelMessage[] = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'one' },
    { role: 'assistant', content: '', toolCalls: [] },
    { role: 'user', content: 'two' },
  ]
  test.each([
    ['o1-mini', 400, "Unsupported value: 'messages[0].role' does not support 'system' with this model."],
    ['Gemma on vLLM', 400, 'System role not supported'],
    ['Gemma on llama.cpp', 500, 'Jinja Exception: System role not supported'],
    ['Gemini', 400, 'Developer instruction is not enabled for models/gemma-3-27b-it'],
  ])('instructions: %s', async (_name, status, message) => {
    const hasSystem = (body: AskedBody) => body.messages[0]?.role === 'system'
    scripted.script(refusing(status, { error: { message } }, hasSystem))
    expect(await collectAnswer(createProvider(), { messages: history })).toMatchObject({ text: 'hi' })
    expect(bodyOf(1).messages[0]).toEqual({ role: 'user', content: 'Be brief.\n\none' })
  })

  test('two questions in a row', async () => {
    const message = 'Conversation roles must alternate user/assistant/user/assistant/...'
    const roles = (body: AskedBody) => body.messages.map((said) => said.role)
    scripted.script(refusing(400, { error: { message } }, (body) => /user,user/u.test(String(roles(body)))))
    expect(await collectAnswer(createProvider(), { messages: history })).toMatchObject({ text: 'hi' })
    expect(bodyOf(1).messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'one\n\ntwo' },
    ])
  })
})

describe('the text of a refusal', () => {
  test('is logged, without keys', async () => {
    const apiKey = 'secret-of-an-operator'
    const message = `Incorrect API key provided: sk-abc123def456. ${apiKey} is not a key. ${'x'.repeat(500)}`
    scripted.script(httpAnswer(400, { error: { message, code: 'bad' } }))
    await collectAnswer(createProvider({ apiKey }))
    const [line] = logged.filter(({ event }) => event === 'model-refusal')
    expect(line).toMatchObject({
      status: 400,
      code: 'provider-unauthorized',
      said: expect.stringMatching(/^bad: Incorrect API key provided/u),
    })
    expect(JSON.stringify(line)).not.toMatch(/abc123|secret-of/u)
    expect(String(line?.['said']).length).toBeLessThan(310)
  })

  test('is logged where it comes inside of an answer, too', async () => {
    scripted.script((reply) => reply.frame({ error: { message: 'the backend is gone', code: 500 } }))
    await collectAnswer(createProvider())
    expect(logged).toMatchObject([{ event: 'model-refusal', said: 'the backend is gone' }])
  })
})

describe('B11 names that a model invents', () => {
  test.each(['functions.add_task', 'add_task<|channel|>commentary', 'add task', 'ü', 'x'.repeat(89), ' add_task:0'])(
    '%s goes back with allowed characters',
    async (name) => {
      scripted.script(text('hi'))
      const messages: ModelMessage[] = [
        { role: 'user', content: 'x' },
        { role: 'assistant', content: '', toolCalls: [{ callId: 'a', name, args: '{}' }] },
        { role: 'tool', callId: 'a', content: '{}' },
      ]
      await collectAnswer(createProvider(), { messages })
      await collectAnswer(createProvider({ api: 'responses' }), { messages })
      const [chat, responses] = [
        bodyOf(0).messages[1]?.tool_calls?.[0]?.function.name,
        bodyOf(1).input.find((item) => item.type === 'function_call')?.name,
      ]
      expect(chat).toMatch(/^[a-zA-Z0-9_-]{1,64}$/u)
      expect(responses).toBe(chat)
    },
  )

  test.each([
    ['functions.add_task', 'add_task'],
    ['default_api:add_task', 'add_task'],
    ['functions.add_task:0', 'add_task'],
    ['add_task<|channel|>commentary', 'add_task'],
    [' Add-Task ', 'add_task'],
    ['MCP__files__read', 'mcp__files__read'],
    ['remove_task', 'remove_task'],
    ['functions.', 'functions.'],
  ])('%s means %s', async (called, name) => {
    scripted.script(async (reply) => {
      await reply.call({ name: called, args: '{}' })
      await reply.finish('tool_calls')
    })
    for (const api of ['chat', 'responses'] as const) {
      expect((await collectAnswer(createProvider({ api }), { tools })).calls).toMatchObject([{ name }])
    }
  })
})

test('B08 a call that is written as text is noted, and nothing else that looks like one', async () => {
  const note = [{ kind: 'tool-call-as-text' }]
  const said = async (content: string, offered = tools) => {
    scripted.script(text(content))
    return await notesOf(createProvider().stream(askFor('x', { tools: offered })))
  }
  expect(await said('<tool_call>\n{"name": "add_task"}\n</tool_call>')).toEqual(note)
  expect(await said('I will add it. <function_calls><invoke name="add_task"></invoke></function_calls>')).toEqual(note)
  expect(await said('[TOOL_CALLS][{"name": "add_task"}]')).toEqual(note)
  expect(await said('Models write `<tool_call>` before a call and `</tool_call>` behind it.')).toEqual([])
  expect(await said('<tool_call>{}</tool_call>', [])).toEqual([])
})
