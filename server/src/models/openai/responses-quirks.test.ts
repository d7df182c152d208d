import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askFor, collectAnswer, type CollectedAnswer } from '../../../testing/scripted-provider/collect-answer.ts'
import {
  createScriptedProvider,
  httpAnswer,
  httpError,
  raw,
  type Answer,
  type ScriptedProvider,
} from '../../../testing/scripted-provider/index.ts'
import { createOpenAiProvider } from './create-openai-provider.ts'

/** The Responses API: Q is the same quirk as in Chat Completions, R one of its own. */
let scripted: ScriptedProvider
beforeAll(async () => {
  scripted = await createScriptedProvider()
})
afterAll(async () => {
  await scripted[Symbol.asyncDispose]()
})

function createProvider(idleTimeoutMs = 5000) {
  const config = { name: 'Scripted', baseUrl: scripted.baseUrl, apiKey: null, defaultModel: 'm', api: 'responses' } as const
  return createOpenAiProvider({ config, idleTimeoutMs })
}

/** An event as OpenAI sends it: its type is its name, too. */
function event(type: string, fields: object = {}): string {
  return `event: ${type}\n${data({ type, sequence_number: 0, ...fields })}`
}
function data(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`
}
function stream(...events: readonly string[]): Answer {
  return raw(events.join(''))
}
function byteByByte(text: string): Answer {
  return async (reply) => {
    for (const byte of Buffer.from(text)) {
      await reply.raw(Uint8Array.of(byte))
      await new Promise(setImmediate)
    }
    reply.end()
  }
}
function textDelta(delta: string, fields: object = { item_id: 'msg_1', output_index: 0, content_index: 0 }): string {
  return event('response.output_text.delta', { delta, ...fields })
}
function summaryDelta(delta: string, summaryIndex = 0, outputIndex = 0): string {
  const place = { item_id: `rs_${outputIndex}`, output_index: outputIndex, summary_index: summaryIndex }
  return event('response.reasoning_summary_text.delta', { delta, ...place })
}
function added(item: object, outputIndex: number | undefined = 0): string {
  return event('response.output_item.added', { item, output_index: outputIndex })
}
function done(item: object, outputIndex: number | undefined = 0): string {
  return event('response.output_item.done', { item, output_index: outputIndex })
}
function argsDelta(delta: string, fields: object): string {
  return event('response.function_call_arguments.delta', { delta, ...fields })
}
function ended(status: 'completed' | 'incomplete' | 'failed', response: object = {}): string {
  return event(`response.${status}`, { response: { object: 'response', status, output: [], ...response } })
}
const message = (text: string, fields: object = {}) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text, annotations: [] }],
  ...fields,
})
const functionCall = (args: unknown, fields: object = {}) => ({
  id: 'fc_1',
  type: 'function_call',
  call_id: 'call_a',
  name: 'add',
  arguments: args,
  ...fields,
})
const reasoning = (fields: object = {}) => ({
  id: 'rs_0',
  type: 'reasoning',
  summary: [],
  encrypted_content: 'sealed',
  ...fields,
})

const usage = { input_tokens: 7, output_tokens: 3, total_tokens: 10 }
const used = { inputTokens: 7, outputTokens: 3, estimated: false }
const completed = ended('completed')
const said = { text: 'hi', finishReason: 'stop' } as const
const add = (args: string) => ({ name: 'add', args })
const called = (...calls: { name: string; args: string }[]) => ({ calls, finishReason: 'tool-calls' }) as const
const failed = (error: string, retryable: boolean) => ({ error, retryable })
const replayOf = (...items: object[]) => ({ issuer: expect.objectContaining({ api: 'responses' }), items })

const quirks: readonly (readonly [name: string, answer: Answer, expected: CollectedAnswer])[] = [
  [
    'R1 an answer with every event that OpenAI sends',
    stream(
      event('response.created', { response: { status: 'in_progress', output: [] } }),
      event('response.in_progress', { response: { status: 'in_progress', output: [] } }),
      added(message('', { content: [], status: 'in_progress' })),
      event('response.content_part.added', { item_id: 'msg_1', output_index: 0, part: { type: 'output_text', text: '' } }),
      textDelta('h'),
      textDelta('i'),
      event('response.output_text.done', { item_id: 'msg_1', output_index: 0, content_index: 0, text: 'hi' }),
      event('response.content_part.done', { item_id: 'msg_1', output_index: 0, part: { type: 'output_text', text: 'hi' } }),
      done(message('hi')),
      ended('completed', { output: [message('hi')], usage }),
    ),
    { ...said, usage: used },
  ],
  ['R2 deltas and nothing else', stream(textDelta('hi'), completed), said],
  ['R2 deltas without ids and places', stream(textDelta('h', {}), textDelta('i', {}), completed), said],
  ['R3 no deltas, only the text at its end', stream(event('response.output_text.done', { text: 'hi' }), completed), said],
  ['R3 no deltas, only the item at its end', stream(done(message('hi')), completed), said],
  ['R3 nothing but the response at its end', stream(ended('completed', { output: [message('hi')] })), said],
  ['R3 the rest of a text that came in part', stream(textDelta('h'), ended('completed', { output: [message('hi')] })), said],
  [
    'R4 what was shown stays where the end says something else',
    stream(textDelta('hi'), done(message('Hello')), ended('completed', { output: [message('Hello')] })),
    said,
  ],
  [
    'R5 ids that are different in every event',
    stream(
      added(message('', { id: 'x1', content: [] })),
      textDelta('h', { item_id: 'x2', output_index: 0 }),
      textDelta('i', { item_id: 'x3', output_index: 0 }),
      done(message('hi', { id: 'x4' })),
      ended('completed', { output: [message('hi', { id: 'x5' })] }),
    ),
    said,
  ],
  [
    'R6 two messages, the comment before the answer',
    stream(
      textDelta('I look.', { item_id: 'm1', output_index: 0 }),
      done(message('I look.', { id: 'm1' }), 0),
      textDelta('hi', { item_id: 'm2', output_index: 1 }),
      done(message('hi', { id: 'm2' }), 1),
      completed,
    ),
    { text: 'I look.\n\nhi', finishReason: 'stop' },
  ],
  [
    'R7 a summary in sections',
    stream(summaryDelta('h'), summaryDelta('m'), summaryDelta('so', 1), textDelta('hi', { output_index: 1 }), completed),
    { ...said, reasoning: 'hm\n\nso' },
  ],
  [
    'R7 two reasoning items',
    stream(summaryDelta('hm', 0, 0), summaryDelta('so', 0, 1), textDelta('hi', { output_index: 2 }), completed),
    { ...said, reasoning: 'hm\n\nso' },
  ],
  [
    'R7 a summary that stands only at the end of its item',
    stream(
      done(reasoning({ encrypted_content: null, summary: [{ text: 'hm' }, { text: 'so' }] })),
      done(message('hi'), 1),
      completed,
    ),
    { ...said, reasoning: 'hm\n\nso' },
  ],
  [
    'R8 the thoughts of an open model',
    stream(
      event('response.reasoning_text.delta', { item_id: 'rs_0', output_index: 0, delta: 'hm' }),
      done({ id: 'rs_0', type: 'reasoning', content: [{ type: 'reasoning_text', text: 'hm' }] }),
      textDelta('hi', { output_index: 1 }),
      completed,
    ),
    { ...said, reasoning: 'hm' },
  ],
  [
    'R8 thoughts and their summary, of which the first is taken',
    stream(
      event('response.reasoning_text.delta', { item_id: 'rs_0', output_index: 0, delta: 'hm' }),
      summaryDelta('It thought.'),
      textDelta('hi', { output_index: 1 }),
      completed,
    ),
    { ...said, reasoning: 'hm' },
  ],
  [
    'Q17 think tags in the text',
    stream(...['<thi', 'nk>hm</', 'think>\n\nhi'].map((text) => textDelta(text)), completed),
    { ...said, reasoning: 'hm' },
  ],
  [
    'R9 a call with every event that OpenAI sends',
    stream(
      added(functionCall('')),
      argsDelta('{"x"', { item_id: 'fc_1', output_index: 0 }),
      argsDelta(':1}', { item_id: 'fc_1', output_index: 0 }),
      event('response.function_call_arguments.done', { item_id: 'fc_1', output_index: 0, arguments: '{"x":1}' }),
      done(functionCall('{"x":1}')),
      ended('completed', { output: [functionCall('{"x":1}')], usage }),
    ),
    { ...called(add('{"x":1}')), usage: used },
  ],
  ['R9 a call that comes whole', stream(done(functionCall('{"x":1}')), completed), called(add('{"x":1}'))],
  [
    'R9 a call that only the response has',
    stream(ended('completed', { output: [functionCall('{"x":1}')] })),
    called(add('{"x":1}')),
  ],
  [
    'R10 two calls whose pieces are mixed',
    stream(
      added(functionCall('', { id: 'a' }), 0),
      added(functionCall('', { id: 'b', name: 'sub' }), 1),
      argsDelta('{"x"', { item_id: 'a', output_index: 0 }),
      argsDelta('{"y"', { item_id: 'b', output_index: 1 }),
      argsDelta(':1}', { item_id: 'a', output_index: 0 }),
      argsDelta(':2}', { item_id: 'b', output_index: 1 }),
      completed,
    ),
    called(add('{"x":1}'), { name: 'sub', args: '{"y":2}' }),
  ],
  [
    'Q3 two calls, both at place 0',
    stream(
      added(functionCall('', { id: 'a' }), 0),
      argsDelta('{"x":1}', { item_id: 'a', output_index: 0 }),
      added(functionCall('', { id: 'b' }), 0),
      argsDelta('{"x":2}', { item_id: 'b', output_index: 0 }),
      completed,
    ),
    called(add('{"x":1}'), add('{"x":2}')),
  ],
  [
    'Q2 Q6 two calls without ids and places',
    stream(
      added(functionCall('', { id: null }), undefined),
      argsDelta('{"x":1}', {}),
      done(functionCall('{"x":1}', { id: null }), undefined),
      added(functionCall('', { id: null }), undefined),
      argsDelta('{"x":2}', {}),
      done(functionCall('{"x":2}', { id: null }), undefined),
      completed,
    ),
    called(add('{"x":1}'), add('{"x":2}')),
  ],
  ['Q9 arguments that are an object', stream(done(functionCall({ x: 1 })), completed), called(add('{"x":1}'))],
  ...[null, '', undefined].map(
    (args) =>
      [
        `Q10 arguments that are ${JSON.stringify(args) ?? 'missing'}`,
        stream(done(functionCall(args)), completed),
        called(add('{}')),
      ] as const,
  ),
  [
    'Q11 a name that comes at the end',
    stream(added(functionCall('', { name: '' })), done(functionCall('{}')), completed),
    called(add('{}')),
  ],
  [
    'R11 text, then a call',
    stream(textDelta('hi'), done(message('hi')), done(functionCall('{}'), 1), completed),
    { text: 'hi', ...called(add('{}')) },
  ],
  [
    'R12 a search of the provider’s own, which nobody asked for',
    stream(done({ id: 'ws_1', type: 'web_search_call', status: 'completed' }), done(message('hi'), 1), completed),
    said,
  ],
  [
    'R13 encrypted reasoning before a call, kept with it to go back',
    stream(done(reasoning()), done(functionCall('{}'), 1), ended('completed', { output: [reasoning(), functionCall('{}')] })),
    { ...called(add('{}')), replay: replayOf(reasoning(), functionCall('{}')) },
  ],
  [
    'R13 encrypted reasoning that only the end of the response has',
    stream(
      done(reasoning({ encrypted_content: null })),
      done(message('hi'), 1),
      ended('completed', { output: [reasoning(), message('hi')] }),
    ),
    { ...said, replay: replayOf(reasoning(), message('hi')) },
  ],
  [
    'R13 a phase, which has to go back too',
    stream(done(message('hi', { phase: 'final_answer' })), completed),
    { ...said, replay: replayOf(message('hi', { phase: 'final_answer' })) },
  ],
  [
    'R14 reasoning that is not encrypted cannot go back',
    stream(done(reasoning({ encrypted_content: null })), done(message('hi'), 1), completed),
    said,
  ],
  ['R14 reasoning that nothing follows cannot go back', stream(done(message('hi')), done(reasoning()), completed), said],
  [
    'R14 an answer that was cut off cannot go back',
    stream(done(reasoning()), textDelta('hi', { output_index: 1 }), ended('incomplete')),
    { text: 'hi', finishReason: 'length' },
  ],
  [
    'Q19 Q28 events without anything in them',
    stream(
      event('response.output_text.delta'),
      event('response.output_item.added', { item: null }),
      textDelta('hi'),
      data(null),
      completed,
    ),
    said,
  ],
  ['R15 events that nobody knows', stream(event('response.mood.delta', { delta: 'glad' }), textDelta('hi'), completed), said],
  [
    'R16 types without names',
    stream(data({ type: 'response.output_text.delta', delta: 'hi' }), data({ type: 'response.completed', response: {} })),
    said,
  ],
  ['Q20 [DONE] at the end', stream(textDelta('hi'), completed, 'data: [DONE]\n\n'), said],
  ['Q21 no end, then the end of the body', stream(textDelta('hi')), { text: 'hi', ...failed('provider-truncated', true) }],
  [
    'Q21 the end of the body in the middle of a call',
    stream(added(functionCall('')), argsDelta('{"x":1}', { item_id: 'fc_1' })),
    failed('provider-truncated', true),
  ],
  ['Q21 [DONE] without an end, which is one', stream(textDelta('hi'), 'data: [DONE]\n\n'), said],
  ['Q22 an empty stream', stream(''), failed('provider-empty', true)],
  ['Q22 an end without an answer', stream(completed), failed('provider-empty', true)],
  ['Q23 comments', stream(': keepalive\n\n', textDelta('hi'), ': keepalive\n\n', completed), said],
  ['Q24 Q25 events without data', stream('event: ping\n\n', 'event: ping\ndata:\n\n', textDelta('hi'), completed), said],
  [
    'Q30 cached tokens',
    stream(textDelta('hi'), ended('completed', { usage: { ...usage, input_tokens_details: { cached_tokens: 5 } } })),
    { ...said, usage: { ...used, cachedInputTokens: 5 } },
  ],
  [
    'Q33 a price',
    stream(textDelta('hi'), ended('completed', { usage: { ...usage, cost: 0.25 } })),
    { ...said, usage: used, costMicroUsd: 250_000 },
  ],
  ['Q34 no usage', stream(textDelta('hi'), ended('completed', { usage: null })), said],
  [
    'Q36 an error event',
    stream(textDelta('hi'), event('error', { code: 'rate_limit_exceeded', message: 'slow down', param: null })),
    { text: 'hi', ...failed('provider-rate-limited', true) },
  ],
  [
    'Q36 an error event that holds the error',
    stream(event('error', { error: { type: 'invalid_request_error', code: 'context_length_exceeded', message: 'too long' } })),
    failed('context-overflow', false),
  ],
  [
    'Q36 an error without a name',
    stream(data({ type: 'error', code: 'insufficient_quota', message: 'no credit' })),
    failed('provider-quota', false),
  ],
  [
    'Q37 a response that failed',
    stream(textDelta('hi'), ended('failed', { error: { code: 'server_error', message: 'x' }, usage: null })),
    { text: 'hi', ...failed('provider-error', true) },
  ],
  [
    'Q37 a response that failed by the rules',
    stream(
      ended('failed', {
        error: { code: 'invalid_prompt', message: 'Your prompt was flagged as potentially violating our policy' },
      }),
    ),
    failed('content-filter', false),
  ],
  [
    'Q38 an object that is an error',
    stream(data({ object: 'error', message: 'x', code: 503 })),
    failed('provider-overloaded', true),
  ],
  [
    'Q40 a response that failed and does not say why',
    stream(textDelta('hi'), ended('failed')),
    { text: 'hi', ...failed('provider-error', true) },
  ],
  [
    'Q41 no more room',
    stream(textDelta('hi'), ended('incomplete', { incomplete_details: { reason: 'max_output_tokens' }, usage })),
    { text: 'hi', finishReason: 'length', usage: used },
  ],
  [
    'Q41 no more room in the middle of a call, which is not run',
    stream(
      done(functionCall('{"x":1}', { id: 'a' })),
      added(functionCall('', { id: 'b' }), 1),
      argsDelta('{"x"', { item_id: 'b', output_index: 1 }),
      ended('incomplete', { incomplete_details: { reason: 'max_output_tokens' } }),
    ),
    { finishReason: 'length' },
  ],
  [
    'Q41 a content filter',
    stream(textDelta('hi'), ended('incomplete', { incomplete_details: { reason: 'content_filter' } })),
    { text: 'hi', finishReason: 'content-filter' },
  ],
  [
    'Q42 a refusal',
    stream(
      event('response.refusal.delta', { item_id: 'msg_1', output_index: 0, delta: 'I cannot ' }),
      event('response.refusal.delta', { item_id: 'msg_1', output_index: 0, delta: 'do that.' }),
      done(message('', { content: [{ type: 'refusal', refusal: 'I cannot do that.' }] })),
      completed,
    ),
    { text: 'I cannot do that.', finishReason: 'stop' },
  ],
  [
    'Q43 UTF-8 and CRLF split at every byte',
    byteByByte(`${textDelta('añ👩‍👧日')}${completed}`.replaceAll('\n', '\r\n')),
    { text: 'añ👩‍👧日', finishReason: 'stop' },
  ],
  [
    'R17 a text that speaks of the end of a response',
    stream(textDelta('"type":"response.completed"'), textDelta(' is an event.'), completed),
    { text: '"type":"response.completed" is an event.', finishReason: 'stop' },
  ],
  [
    'Q44 a frame that is not JSON',
    stream(textDelta('hi'), 'data: {"type":\n\n'),
    { text: 'hi', ...failed('provider-malformed', true) },
  ],
  ['Q45 a web page', httpAnswer(200, '<!doctype html>', { 'content-type': 'text/html' }), failed('provider-not-a-stream', false)],
  [
    'Q46 a response in one piece',
    httpAnswer(200, { object: 'response', status: 'completed', output: [message('hi'), functionCall('{}')], usage, error: null }),
    { text: 'hi', ...called(add('{}')), usage: used },
  ],
  [
    'Q47 an error with status 200',
    httpAnswer(200, { error: { message: 'No endpoints', code: 503 } }),
    failed('provider-overloaded', true),
  ],
  ['Q49 a 503 in plain text', httpAnswer(503, 'upstream connect error'), failed('provider-overloaded', true)],
  [
    'Q50 a socket that breaks in the middle',
    async (reply) => {
      await reply.raw(textDelta('hi'))
      await reply.arrived()
      reply.drop()
    },
    { text: 'hi', ...failed('connection-lost', true) },
  ],
  [
    'R18 a model that does not exist, which is no missing API',
    httpError(404, { code: 'model_not_found', message: 'The model `x` does not exist' }),
    failed('model-not-found', false),
  ],
]

test.each(quirks)('%s', async (_name, answer, expected) => {
  scripted.script(answer)
  expect(await collectAnswer(createProvider())).toEqual(expected)
})

describe('silence', () => {
  test('Q51 a stall in the middle ends the call and closes the socket', async () => {
    const index = scripted.calls
    scripted.script(async (reply) => {
      await reply.raw(textDelta('hi'))
      await reply.until(new Promise(() => undefined))
    })
    expect(await collectAnswer(createProvider(100))).toEqual({ text: 'hi', ...failed('provider-timeout', true) })
    expect(await scripted.closed(index)).toMatchObject({ byClient: true })
  })

  test('Q51 a stall after the end: the answer is whole, and no caller waits', async () => {
    scripted.script(async (reply) => {
      await reply.raw(textDelta('hi') + completed)
      await reply.until(new Promise(() => undefined))
    })
    // Longer than the test may take: it would fail if anything waited.
    expect(await collectAnswer(createProvider(600_000))).toEqual(said)
  })

  test('stopping closes the socket', async () => {
    const index = scripted.calls
    scripted.script(async (reply) => {
      await reply.raw(textDelta('hi'))
      await reply.until(new Promise(() => undefined))
    })
    const controller = new AbortController()
    const answer = collectAnswer(createProvider(), { signal: controller.signal })
    await scripted.request(index)
    controller.abort()
    expect(await answer).toMatchObject({ error: 'aborted', retryable: false })
    expect(await scripted.closed(index)).toMatchObject({ byClient: true })
  })
})

const wholes: readonly (readonly [name: string, body: unknown, expected: object])[] = [
  ['an answer', { object: 'response', status: 'completed', output: [message('hi')], usage }, { ...said, usage: used }],
  ['Q17 think tags', { object: 'response', output: [message('<think>hm</think>hi')] }, { ...said, usage: null }],
  ['reasoning before it', { object: 'response', output: [reasoning(), message('hi')] }, { ...said, usage: null }],
  [
    'Q41 no more room',
    { object: 'response', status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, output: [message('hi')] },
    { text: 'hi', finishReason: 'length', usage: null },
  ],
  [
    'Q42 a refusal',
    { output: [message('', { content: [{ type: 'refusal', refusal: 'No.' }] })] },
    { text: 'No.', finishReason: 'stop', usage: null },
  ],
  ['R18 content that is a text', { output: [{ type: 'message', content: 'hi' }] }, { ...said, usage: null }],
]

describe('in one piece', () => {
  test.each(wholes)('%s', async (_name, body, expected) => {
    scripted.scriptCompletion(httpAnswer(200, body))
    expect(await createProvider().complete(askFor('a title'))).toEqual(expected)
  })

  test.each([
    ['Q22 nothing', { object: 'response', status: 'completed', output: [] }, 'provider-empty'],
    ['Q27 no output', { object: 'response', status: 'completed', output: null }, 'provider-empty'],
    [
      'Q37 a response that failed',
      { object: 'response', status: 'failed', output: [], error: { code: 'server_error' } },
      'provider-error',
    ],
    ['Q47 an error with status 200', { error: { message: 'no', code: 429 } }, 'provider-rate-limited'],
  ])('%s fails', async (_name, body, code) => {
    scripted.scriptCompletion(httpAnswer(200, body))
    await expect(createProvider().complete(askFor('a title'))).rejects.toMatchObject({ name: 'ModelError', code })
  })
})
