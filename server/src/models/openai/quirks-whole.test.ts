import { afterAll, beforeAll, expect, test } from 'vitest'
import { askFor } from '../../../testing/scripted-provider/collect-answer.ts'
import {
  createScriptedProvider,
  httpAnswer,
  httpError,
  raw,
  type Answer,
  type ScriptedProvider,
} from '../../../testing/scripted-provider/index.ts'
import { createOpenAiProvider } from './create-openai-provider.ts'

/** The same quirks in an answer that comes in one piece. The numbers are those of the table for streams. */
let scripted: ScriptedProvider
beforeAll(async () => {
  scripted = await createScriptedProvider()
})
afterAll(async () => {
  await scripted[Symbol.asyncDispose]()
})

const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 }
const used = { inputTokens: 7, outputTokens: 3, estimated: false }
const said = { text: 'hi', finishReason: 'stop', usage: null } as const

/** A completion whose message has these fields; `more` goes beside `choices`. */
function whole(message: unknown, finishReason: unknown = 'stop', more: object = {}): Answer {
  return httpAnswer(200, { id: 'c', choices: [{ index: 0, message, finish_reason: finishReason }], ...more })
}
function withUsage(fields: object): Answer {
  return whole({ content: 'hi' }, 'stop', fields)
}

const answers: readonly (readonly [name: string, answer: Answer, expected: object])[] = [
  [
    'Q6 Q8 Q9 Q10 calls that nobody asked for, of any shape: left out',
    whole({
      content: 'hi',
      tool_calls: [{ function: { name: 'add', arguments: { x: 1 } } }, { id: '', function: { name: 'b' } }],
    }),
    { ...said, finishReason: 'tool-calls' },
  ],
  ['Q13 no calls, though it says so', whole({ content: 'hi' }, 'tool_calls'), said],
  ['Q15 reasoning_content', whole({ reasoning_content: 'hm', content: 'hi' }), said],
  ['Q16 reasoning', whole({ reasoning: 'hm', content: 'hi' }), said],
  ['Q17 think tags', whole({ content: '<think>hm</think>\n\nhi' }), said],
  [
    'Q18 content that is a list of parts',
    whole({
      content: [
        { type: 'thinking', thinking: 'hm' },
        { type: 'text', text: 'hi' },
      ],
    }),
    said,
  ],
  ['Q19 no role', whole({ content: 'hi' }), said],
  ['Q21 no reason', whole({ content: 'hi' }, null), said],
  ['Q26 fields that nobody knows', whole({ content: 'hi', annotations: [] }, 'stop', { prompt_filter_results: [] }), said],
  ['Q30 usage', withUsage({ usage }), { ...said, usage: used }],
  ['Q33 only x_groq.usage', withUsage({ x_groq: { usage } }), { ...said, usage: used }],
  ['Q33 a price in the usage', withUsage({ usage: { ...usage, cost: 0.5 } }), { ...said, usage: used, costMicroUsd: 500_000 }],
  ['Q34 no usage', withUsage({ usage: null }), said],
  ['Q41 length', whole({ content: 'hi' }, 'length'), { ...said, finishReason: 'length' }],
  ['Q41 content_filter', whole({ content: 'hi' }, 'content_filter'), { ...said, finishReason: 'content-filter' }],
  ['Q41 an unknown reason', whole({ content: 'hi' }, 'eos'), said],
  ['Q42 a refusal', whole({ content: null, refusal: 'No.' }), { ...said, text: 'No.' }],
  ['Q43 a byte order mark and line ends', raw(`\uFEFF\r\n{\r\n"choices":[{"message":{"content":"hi"}}]}\r\n`), said],
  [
    'Q46 a stream although none was asked for',
    raw('data: {"choices":[{"delta":{"content":"hi"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'),
    said,
  ],
]

test.each(answers)('%s', async (_name, answer, expected) => {
  scripted.scriptCompletion(answer)
  expect(await complete()).toEqual(expected)
})

const failures: readonly (readonly [name: string, answer: Answer, code: string, retryable: boolean])[] = [
  ['Q22 nothing', whole({ content: '' }), 'provider-empty', true],
  ['Q22 no choices', httpAnswer(200, { id: 'x', choices: [] }), 'provider-empty', true],
  ['Q22 an empty body', httpAnswer(200, ''), 'provider-empty', true],
  ['Q22 only [DONE]', raw('data: [DONE]\n\n'), 'provider-empty', true],
  ['Q45 a greeting', httpAnswer(200, 'It works!'), 'provider-not-a-stream', false],
  ['Q27 choices that are null', httpAnswer(200, { choices: null, usage }), 'provider-empty', true],
  ['Q28 a message that is null', whole(null), 'provider-empty', true],
  ['Q36 Q47 an error with status 200', httpAnswer(200, { error: { message: 'no', code: 503 } }), 'provider-overloaded', true],
  [
    'Q37 an error beside a choice',
    whole({ content: '' }, 'error', { error: { code: 502, message: 'Upstream failed' } }),
    'provider-error',
    true,
  ],
  [
    'Q38 an object that is an error',
    httpAnswer(200, { object: 'error', message: 'too many tokens: maximum context length is 4096', code: 400 }),
    'context-overflow',
    false,
  ],
  ['Q39 an error that is a text', httpAnswer(200, { error: 'boom' }), 'provider-error', true],
  ['Q40 only the reason error', whole({ content: 'h' }, 'error'), 'provider-error', true],
  ['Q44 JSON that breaks off', httpAnswer(200, '{"choices":['), 'provider-not-a-stream', false],
  ['Q45 a web page', httpAnswer(200, '<!doctype html>', { 'content-type': 'text/html' }), 'provider-not-a-stream', false],
  [
    'Q48 an error that is a list',
    httpAnswer(400, [{ error: { code: 400, message: 'API key not valid.' } }]),
    'provider-unauthorized',
    false,
  ],
  ['Q49 a 503 in plain text', httpAnswer(503, 'upstream connect error'), 'provider-overloaded', true],
  [
    'Q50 a socket that breaks in the middle',
    async (reply) => {
      reply.head(200, { 'content-type': 'application/json' })
      await reply.raw('{"choices":')
      await reply.arrived()
      reply.drop()
    },
    'connection-lost',
    true,
  ],
  ['Q50 a socket that breaks before the head', (reply) => reply.drop(), 'provider-unreachable', true],
  [
    'Q51 a stall in the body',
    async (reply) => {
      reply.head(200, { 'content-type': 'application/json' })
      await reply.raw('{"choices":')
      await reply.until(new Promise(() => undefined))
    },
    'provider-timeout',
    true,
  ],
  ['Q52 a tool call that the model got wrong', httpError(400, { code: 'tool_use_failed' }), 'provider-malformed', true],
]

test.each(failures)('%s', async (_name, answer, code, retryable) => {
  scripted.scriptCompletion(answer)
  await expect(complete()).rejects.toMatchObject({ name: 'ModelError', code, retryable })
})

async function complete() {
  const config = { name: 'Scripted', baseUrl: scripted.baseUrl, apiKey: null, defaultModel: 'm' }
  return await createOpenAiProvider({ config, idleTimeoutMs: 300 }).complete(askFor('a title'))
}
