import { afterAll, beforeAll, expect, test } from 'vitest'
import { collectAnswer, type CollectedAnswer } from '../../../testing/scripted-provider/collect-answer.ts'
import {
  createScriptedProvider,
  httpAnswer,
  raw,
  type Answer,
  type ScriptedProvider,
} from '../../../testing/scripted-provider/index.ts'
import { createOpenAiProvider } from './create-openai-provider.ts'

let scripted: ScriptedProvider
beforeAll(async () => {
  scripted = await createScriptedProvider()
})
afterAll(async () => {
  await scripted[Symbol.asyncDispose]()
})

/** A chunk with this delta; `more` goes beside `choices`. */
function chunk(delta: unknown, finishReason: unknown = null, more: object = {}): string {
  return frame({
    id: 'c1',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finishReason }],
    ...more,
  })
}
function frame(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`
}
function call(fields: object): string {
  return chunk({ tool_calls: [fields] })
}
function stream(...frames: readonly string[]): Answer {
  return raw(frames.join(''))
}
function adding(args: string) {
  return { name: 'add', arguments: args }
}
function bodyOfType(contentType: string, body: string): Answer {
  return httpAnswer(200, body, { 'content-type': contentType })
}
/** Every byte in a write of its own. */
function byteByByte(text: string): Answer {
  return async (reply) => {
    for (const byte of Buffer.from(text)) {
      await reply.raw(Uint8Array.of(byte))
      await new Promise(setImmediate)
    }
    reply.end()
  }
}

const done = 'data: [DONE]\n\n'
const end = chunk({}, 'stop') + done
const callsEnd = chunk({}, 'tool_calls') + done
const hi = chunk({ content: 'hi' })
const said = { text: 'hi', finishReason: 'stop' } as const
const add = (args: string) => ({ name: 'add', args })
const called = (...calls: { name: string; args: string; extra?: unknown }[]) => ({ calls, finishReason: 'tool-calls' }) as const
const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 }
const used = { inputTokens: 7, outputTokens: 3, estimated: false }
const failed = (error: string, retryable: boolean) => ({ error, retryable })
const replayOf = (message: object) => ({ issuer: expect.objectContaining({ model: 'scripted-1', api: 'chat' }), message })

const quirks: readonly (readonly [name: string, answer: Answer, expected: CollectedAnswer])[] = [
  [
    'Q1 a tool delta without an index',
    stream(
      call({ id: 'a', type: 'function', function: { name: 'add', arguments: '{"x"' } }),
      call({ function: { arguments: ':1}' } }),
      callsEnd,
    ),
    called(add('{"x":1}')),
  ],
  [
    'Q2 two calls without an index',
    stream(call({ id: 'a', function: adding('{"x":1}') }), call({ id: 'b', function: adding('{"x":2}') }), callsEnd),
    called(add('{"x":1}'), add('{"x":2}')),
  ],
  [
    'Q2 two calls without an index and without ids',
    stream(call({ function: adding('{"x":1}') }), call({ function: adding('{"x":1}') }), callsEnd),
    called(add('{"x":1}'), add('{"x":1}')),
  ],
  [
    'Q3 parallel calls that all have index 0 and different ids',
    stream(
      call({ index: 0, id: 'a', function: adding('{"x":1}') }),
      call({ index: 0, id: 'b', function: adding('{"x"') }),
      call({ index: 0, function: { arguments: ':2}' } }),
      callsEnd,
    ),
    called(add('{"x":1}'), add('{"x":2}')),
  ],
  [
    'Q4 the second call appended at index 0 without id and name',
    stream(
      call({ index: 0, id: 'a', function: adding('{"x":1}') }),
      call({ index: 0, function: { arguments: '{"x":2}' } }),
      callsEnd,
    ),
    called(add('{"x":1}'), add('{"x":2}')),
  ],
  [
    'Q5 an index that starts at 1',
    stream(call({ index: 1, id: 'a', function: adding('{"x"') }), call({ index: 1, function: { arguments: ':1}' } }), callsEnd),
    called(add('{"x":1}')),
  ],
  ...[undefined, '', null].map(
    (id) =>
      [
        `Q6 an id that is ${JSON.stringify(id) ?? 'missing'}`,
        stream(
          call({ index: 0, id, function: adding('{"x"') }),
          call({ index: 0, id, function: { arguments: ':1}' } }),
          callsEnd,
        ),
        called(add('{"x":1}')),
      ] as const,
  ),
  [
    'Q7 id and name repeated on every delta',
    stream(call({ index: 0, id: 'a', function: adding('{"x"') }), call({ index: 0, id: 'a', function: adding(':1}') }), callsEnd),
    called(add('{"x":1}')),
  ],
  [
    'Q7 an empty id and name on the continuation',
    stream(
      call({ index: 0, id: 'a', function: adding('{"x"') }),
      call({ index: 0, id: '', function: { name: '', arguments: ':1}' } }),
      callsEnd,
    ),
    called(add('{"x":1}')),
  ],
  ['Q8 no type', stream(call({ index: 0, id: 'a', function: adding('{}') }), callsEnd), called(add('{}'))],
  [
    'Q9 arguments that are an object',
    stream(call({ index: 0, id: 'a', function: { name: 'add', arguments: { x: 1 } } }), callsEnd),
    called(add('{"x":1}')),
  ],
  ...[null, '', undefined].map(
    (args) =>
      [
        `Q10 arguments that are ${JSON.stringify(args) ?? 'missing'} for a tool that takes none`,
        stream(call({ index: 0, id: 'a', function: { name: 'add', arguments: args } }), callsEnd),
        called(add('{}')),
      ] as const,
  ),
  [
    'Q11 a name after the arguments',
    stream(
      call({ index: 0, id: 'a', function: { arguments: '{"x":1}' } }),
      call({ index: 0, function: { name: 'add' } }),
      call({ index: 1, function: { arguments: '{"y":1}' } }),
      call({ index: 1, function: { name: 'remove' } }),
      callsEnd,
    ),
    called(add('{"x":1}'), { name: 'remove', args: '{"y":1}' }),
  ],
  [
    'Q12 a whole call and the end in one chunk',
    stream(chunk({ tool_calls: [{ index: 0, id: 'a', function: adding('{"x":1}') }] }, 'tool_calls'), done),
    called(add('{"x":1}')),
  ],
  ...['stop', 'end_turn', 'function_call'].map(
    (reason) =>
      [
        `Q13 tool calls that end with ${reason}`,
        stream(call({ index: 0, id: 'a', function: adding('{"x":1}') }), chunk({}, reason), done),
        called(add('{"x":1}')),
      ] as const,
  ),
  [
    'Q14 a thought signature, kept to be sent back',
    stream(
      call({ index: 0, id: 'a', function: adding('{}'), extra_content: { google: { thought_signature: 'sig' } } }),
      callsEnd,
    ),
    called({ ...add('{}'), extra: { extra_content: { google: { thought_signature: 'sig' } } } }),
  ],
  [
    'Q14 a thought signature where LiteLLM puts it',
    stream(call({ index: 0, id: 'a', function: adding('{}'), provider_specific_fields: { thought_signature: 'sig' } }), callsEnd),
    called({ ...add('{}'), extra: { provider_specific_fields: { thought_signature: 'sig' } } }),
  ],
  [
    'Q15 reasoning_content before a call, which has to go back with it',
    stream(
      chunk({ reasoning_content: 'h' }),
      chunk({ reasoning_content: 'm' }),
      call({ index: 0, id: 'a', function: adding('{}') }),
      callsEnd,
    ),
    { ...called(add('{}')), reasoning: 'hm', replay: replayOf({ reasoning_content: 'hm' }) },
  ],
  [
    'Q16 reasoning details before a call, put together as they have to go back',
    stream(
      chunk({ reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'h', format: 'anthropic' }] }),
      chunk({ reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'm' }] }),
      chunk({ reasoning_details: [{ type: 'reasoning.text', index: 0, signature: 's' }] }),
      chunk({ reasoning_details: [{ type: 'reasoning.encrypted', index: 1, data: 'xyz', id: 'call_1' }] }),
      call({ index: 0, id: 'a', function: adding('{}') }),
      callsEnd,
    ),
    {
      ...called(add('{}')),
      reasoning: 'hm',
      replay: replayOf({
        reasoning_details: [
          { type: 'reasoning.text', index: 0, text: 'hm', format: 'anthropic', signature: 's' },
          { type: 'reasoning.encrypted', index: 1, data: 'xyz', id: 'call_1' },
        ],
      }),
    },
  ],
  ['Q15 reasoning_content', stream(chunk({ reasoning_content: 'hm' }), hi, end), { ...said, reasoning: 'hm' }],
  ['Q16 reasoning', stream(chunk({ reasoning: 'hm' }), hi, end), { ...said, reasoning: 'hm' }],
  [
    'Q16 reasoning and its details, which say the same',
    stream(chunk({ reasoning: 'hm', reasoning_details: [{ type: 'reasoning.text', text: 'hm' }] }), hi, end),
    { ...said, reasoning: 'hm' },
  ],
  [
    'Q17 think tags split over chunks',
    stream(...['<', 'thi', 'nk>h', 'm</', 'think', '>\n', '\nhi'].map((content) => chunk({ content })), end),
    { ...said, reasoning: 'hm' },
  ],
  [
    'Q17 a think tag in the middle of an answer, which is text',
    stream(chunk({ content: 'The tag <think>' }), chunk({ content: ' is text</think>.' }), end),
    { text: 'The tag <think> is text</think>.', finishReason: 'stop' },
  ],
  [
    'Q18 content that is a list of parts',
    stream(
      chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }] }),
      chunk({
        content: [
          { type: 'text', text: 'h' },
          { type: 'text', text: 'i' },
        ],
      }),
      end,
    ),
    { ...said, reasoning: 'hm' },
  ],
  ['Q19 no role, then an empty one', stream(chunk({ content: 'h' }), chunk({ role: '', content: 'i' }), end), said],
  ['Q20 no [DONE]', stream(hi, chunk({}, 'stop')), said],
  ['Q20 no blank line after the last frame', stream(hi, chunk({}, 'stop').trimEnd()), said],
  ['Q21 no reason, then the end of the body', stream(hi), { text: 'hi', ...failed('provider-truncated', true) }],
  [
    'Q21 the end of the body in the middle of a frame',
    stream(hi, chunk({ content: ' there' }).slice(0, 40)),
    { text: 'hi', ...failed('provider-truncated', true) },
  ],
  [
    'Q21 the end of the body in the middle of a tool call',
    stream(call({ index: 0, id: 'a', function: adding('{"x":1}') })),
    failed('provider-truncated', true),
  ],
  ['Q21 [DONE] without a reason, which is an end', stream(hi, done), said],
  ['Q22 an empty stream', stream(''), failed('provider-empty', true)],
  ['Q22 only [DONE]', stream(done), failed('provider-empty', true)],
  ['Q22 an end without an answer', stream(end), failed('provider-empty', true)],
  ['Q23 comments', stream(': OPENROUTER PROCESSING\n\n', hi, ': keepalive\n\n', end), said],
  ['Q24 an event without data', stream('event: ping\n\n', hi, 'event: ping\n\n', end), said],
  ['Q25 empty data', stream('data: \n\n', hi, 'data:\n\n', end), said],
  [
    'Q26 a first chunk without choices',
    stream(frame({ id: '', model: '', choices: [], prompt_filter_results: [{ prompt_index: 0 }] }), hi, end),
    said,
  ],
  ...[undefined, null].map(
    (choices) =>
      [
        `Q27 choices that are ${choices === null ? 'null' : 'missing'} on the usage chunk`,
        stream(hi, chunk({}, 'stop'), frame({ id: 'c1', choices, usage }), done),
        { ...said, usage: used },
      ] as const,
  ),
  ['Q28 a delta that is null', stream(chunk(null), hi, chunk(null, 'stop'), done), said],
  ['Q29 text after the reason', stream(chunk({ content: 'h' }, 'stop'), chunk({ content: 'i' }), done), said],
  [
    'Q30 usage in a last chunk without choices',
    stream(hi, chunk({}, 'stop'), frame({ choices: [], usage }), done),
    { ...said, usage: used },
  ],
  ['Q31 usage in the chunk with the reason', stream(hi, chunk({}, 'stop', { usage }), done), { ...said, usage: used }],
  [
    'Q32 usage on every chunk, of which the last counts',
    stream(
      chunk({ content: 'hi' }, null, { usage: { prompt_tokens: 7, completion_tokens: 1 } }),
      chunk({}, 'stop', { usage }),
      done,
    ),
    { ...said, usage: used },
  ],
  ['Q33 only x_groq.usage', stream(hi, chunk({}, 'stop', { x_groq: { id: 'r', usage } }), done), { ...said, usage: used }],
  [
    'Q33 cached tokens',
    stream(hi, chunk({}, 'stop', { usage: { ...usage, prompt_tokens_details: { cached_tokens: 5 } } }), done),
    { ...said, usage: { ...used, cachedInputTokens: 5 } },
  ],
  [
    'Q33 cached tokens beside the others',
    stream(hi, chunk({}, 'stop', { usage: { ...usage, cached_tokens: 5 } }), done),
    { ...said, usage: { ...used, cachedInputTokens: 5 } },
  ],
  [
    'Q33 thoughts that only the total counts',
    stream(hi, chunk({}, 'stop', { usage: { ...usage, total_tokens: 110 } }), done),
    { ...said, usage: { ...used, outputTokens: 103 } },
  ],
  [
    'Q33 cached tokens that only the total counts',
    stream(
      hi,
      chunk({}, 'stop', { usage: { ...usage, total_tokens: 110, prompt_tokens_details: { cached_tokens: 100 } } }),
      done,
    ),
    { ...said, usage: { ...used, inputTokens: 107, cachedInputTokens: 100 } },
  ],
  [
    'Q33 more cached tokens than there are others',
    stream(hi, chunk({}, 'stop', { usage: { ...usage, prompt_tokens_details: { cached_tokens: 100 } } }), done),
    { ...said, usage: { ...used, inputTokens: 107, cachedInputTokens: 100 } },
  ],
  [
    'Q33 a price in the usage',
    stream(hi, chunk({}, 'stop', { usage: { ...usage, cost: 0.000_123_4 } }), done),
    { ...said, usage: used, costMicroUsd: 123 },
  ],
  [
    'Q33 a fee in the usage, and what the model costs beside it',
    stream(
      hi,
      chunk({}, 'stop', { usage: { ...usage, cost: 0.0001, is_byok: true, cost_details: { upstream_inference_cost: 0.002 } } }),
      done,
    ),
    { ...said, usage: used, costMicroUsd: 2100 },
  ],
  ['Q34 no usage', stream(hi, end), said],
  [
    'Q36 an error in the middle',
    stream(hi, frame({ error: { message: 'overloaded', type: 'overloaded_error' } })),
    { text: 'hi', ...failed('provider-overloaded', true) },
  ],
  [
    'Q36 an error event',
    stream(hi, 'event: error\ndata: {"message":"Rate limited","code":"rate_limit_exceeded"}\n\n'),
    { text: 'hi', ...failed('provider-rate-limited', true) },
  ],
  [
    'Q37 an error beside a choice that ends in one',
    stream(hi, chunk({ content: '' }, 'error', { error: { code: 502, message: 'Upstream failed' } })),
    { text: 'hi', ...failed('provider-error', true) },
  ],
  [
    'Q38 an object that is an error',
    stream(
      frame({
        object: 'error',
        message: "This model's maximum context length is 4096 tokens",
        type: 'BadRequestError',
        code: 400,
      }),
    ),
    failed('context-overflow', false),
  ],
  ['Q39 an error that is a text', stream(hi, frame({ error: 'boom' })), { text: 'hi', ...failed('provider-error', true) }],
  ['Q40 only the reason error', stream(hi, chunk({}, 'error'), done), { text: 'hi', ...failed('provider-error', true) }],
  ['Q41 length', stream(hi, chunk({}, 'length'), done), { text: 'hi', finishReason: 'length' }],
  ['Q41 content_filter', stream(hi, chunk({}, 'content_filter'), done), { text: 'hi', finishReason: 'content-filter' }],
  ['Q41 an unknown reason', stream(hi, chunk({}, 'eos'), done), said],
  ['Q41 an empty reason, which is none', stream(chunk({ content: 'hi' }, ''), end), said],
  [
    'Q41 length in the middle of a tool call, which is not run',
    stream(
      call({ index: 0, id: 'a', function: adding('{"x":1}') }),
      call({ index: 1, id: 'b', function: adding('{"x"') }),
      chunk({}, 'length'),
      done,
    ),
    { finishReason: 'length' },
  ],
  [
    'Q41 content_filter after a tool call, which is not run',
    stream(call({ index: 0, id: 'a', function: adding('{"x":1}') }), chunk({}, 'content_filter'), done),
    { finishReason: 'content-filter' },
  ],
  [
    'Q42 a refusal',
    stream(chunk({ refusal: 'I cannot ' }), chunk({ refusal: 'do that.' }), end),
    { text: 'I cannot do that.', finishReason: 'stop' },
  ],
  ['Q43 CRLF', stream(...[hi, end].map((frames) => frames.replaceAll('\n', '\r\n'))), said],
  ['Q43 CR', stream(...[hi, end].map((frames) => frames.replaceAll('\n', '\r'))), said],
  [
    'Q43 UTF-8 and CRLF split at every byte',
    byteByByte(`${chunk({ content: 'añ👩‍👩‍👧日' })}${end}`.replaceAll('\n', '\r\n')),
    { text: 'añ👩‍👩‍👧日', finishReason: 'stop' },
  ],
  [
    'Q44 a frame that is not JSON',
    stream(hi, 'data: {"choices":[{\n\n', end),
    { text: 'hi', ...failed('provider-malformed', true) },
  ],
  [
    'Q45 a web page',
    httpAnswer(200, '<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' }),
    failed('provider-not-a-stream', false),
  ],
  [
    'Q45 a web page that says it is a stream',
    httpAnswer(200, '\n<html></html>', { 'content-type': 'text/event-stream' }),
    failed('provider-not-a-stream', false),
  ],
  [
    'Q46 an answer in one piece',
    httpAnswer(200, { choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }], usage }),
    { ...said, usage: used },
  ],
  [
    'Q46 tool calls in one piece, over several lines',
    httpAnswer(
      200,
      JSON.stringify({ choices: [{ message: { tool_calls: [{ id: 'a', function: adding('{"x":1}') }] } }] }, null, 2),
      { 'content-type': 'application/json' },
    ),
    called(add('{"x":1}')),
  ],
  ['Q46 JSON lines', httpAnswer(200, '{"message":"h"}\n{"message":"i"}\n'), failed('provider-not-a-stream', false)],
  ['Q46 a stream that says it is text', bodyOfType('text/plain', hi + end), said],
  [
    'Q47 an error with status 200',
    httpAnswer(200, { error: { message: 'No endpoints available', code: 503 } }),
    failed('provider-overloaded', true),
  ],
  [
    'Q48 an error that is a list',
    httpAnswer(400, [
      { error: { code: 400, message: 'API key not valid. Please pass a valid API key.', status: 'INVALID_ARGUMENT' } },
    ]),
    failed('provider-unauthorized', false),
  ],
  [
    'Q48 a limit per minute that says how long to wait',
    httpAnswer(429, [
      {
        error: {
          code: 429,
          message: 'You exceeded your current quota, please check your plan and billing details.',
          status: 'RESOURCE_EXHAUSTED',
          details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '33.5s' }],
        },
      },
    ]),
    { ...failed('provider-rate-limited', true), retryAfterMs: 33_500 },
  ],
  ['Q49 a 503 in plain text', httpAnswer(503, 'upstream connect error'), failed('provider-overloaded', true)],
  [
    'Q50 a socket that breaks in the middle',
    async (reply) => {
      await reply.raw(hi)
      await reply.arrived()
      reply.drop()
    },
    { text: 'hi', ...failed('connection-lost', true) },
  ],
  [
    'Q50 a socket that breaks after the reason',
    async (reply) => {
      await reply.raw(hi + chunk({}, 'stop'))
      await reply.arrived()
      reply.drop()
    },
    said,
  ],
  ['Q50 a socket that breaks before the head', (reply) => reply.drop(), failed('provider-unreachable', true)],
  [
    'Q52 a tool call that the model got wrong',
    httpAnswer(400, {
      error: {
        message: 'Failed to call a function.',
        type: 'invalid_request_error',
        code: 'tool_use_failed',
        failed_generation: '<x',
      },
    }),
    failed('provider-malformed', true),
  ],
]

test.each(quirks)('%s', async (_name, answer, expected) => {
  scripted.script(answer)
  const config = {
    kind: 'openai',
    name: 'Scripted',
    baseUrl: scripted.baseUrl,
    apiKey: null,
    defaultModel: 'm',
    note: null,
  } as const
  const provider = createOpenAiProvider({ config, idleTimeoutMs: 5000 })
  expect(await collectAnswer(provider)).toEqual(expected)
})
