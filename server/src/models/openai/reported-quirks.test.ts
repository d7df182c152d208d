import { afterAll, beforeAll, expect, test } from 'vitest'
import { askFor, collectAnswer } from '../../../testing/scripted-provider/collect-answer.ts'
import {
  createScriptedProvider,
  httpAnswer,
  raw,
  type Answer,
  type ScriptedProvider,
} from '../../../testing/scripted-provider/index.ts'
import { createOpenAiProvider } from './create-openai-provider.ts'

/** Problems that people have reported about providers; the ids are those of the reports. */
let scripted: ScriptedProvider
beforeAll(async () => {
  scripted = await createScriptedProvider()
})
afterAll(async () => {
  await scripted[Symbol.asyncDispose]()
})

function createProvider(idleTimeoutMs = 5000, firstPieceTimeoutMs = idleTimeoutMs) {
  const config = { name: 'Scripted', baseUrl: scripted.baseUrl, apiKey: null, defaultModel: 'm', api: 'chat' } as const
  return createOpenAiProvider({ config, idleTimeoutMs, firstPieceTimeoutMs })
}
function frame(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`
}
function chunk(delta: unknown, finishReason: unknown = null, more: object = {}): string {
  return frame({ choices: [{ index: 0, delta, finish_reason: finishReason }], ...more })
}
function whole(message: unknown, finishReason: unknown = null): string {
  return frame({ choices: [{ index: 0, message, finish_reason: finishReason }] })
}
function stream(...frames: readonly string[]): Answer {
  return raw(frames.join(''))
}

function drawing(url: string): string {
  return chunk({ content: '', images: [{ type: 'image_url', image_url: { url } }] })
}

function grown(...texts: readonly string[]): string[] {
  return texts.map((content) => chunk({ content }))
}

const done = 'data: [DONE]\n\n'
const end = chunk({}, 'stop') + done
const hi = chunk({ content: 'hi' })
const said = { text: 'hi', finishReason: 'stop' } as const
const long = 'The answer is forty-two.'
const usage = (input: unknown, output: unknown) => ({ usage: { prompt_tokens: input, completion_tokens: output } })
const counted = (inputTokens: number, outputTokens: number, estimated = false) => ({ inputTokens, outputTokens, estimated })
const rejected = (error: string, retryable: boolean) => ({ error, retryable })

test.each<[name: string, answer: Answer, expected: object]>([
  [
    'B04 the whole message after its deltas',
    stream(chunk({ content: long }), whole({ content: long }, 'stop'), done),
    { text: long },
  ],
  ['B04 a whole message with more than was said', stream(hi, whole({ content: 'hi there' }, 'stop')), { text: 'hi there' }],
  ['B04 a whole message that differs', stream(hi, whole({ content: 'Hi!' }, 'stop')), said],
  ['B04 a last delta with everything', stream(chunk({ content: long }), chunk({ content: long }, 'stop'), done), { text: long }],
  [
    'B04 but not a word that is said twice',
    stream(chunk({ content: 'ha' }), chunk({ content: 'ha' }, 'stop'), done),
    { text: 'haha' },
  ],
  [
    'B04 everything so far in each delta',
    stream(...grown('Hel', 'Hello wor', 'Hello world', 'Hello world.'), end),
    { text: 'Hello world.' },
  ],
  ['B04 everything so far, in two deltas', stream(...grown(long, `${long} Or not.`), end), { text: `${long} Or not.` }],
  [
    'B04 all thoughts so far in each delta',
    stream(
      ...['Hm', 'Hm, le', 'Hm, let me see'].map((thought) => chunk({ reasoning_content: thought })),
      ...['Y', 'Yes, ', 'Yes, it is'].map((text) => chunk({ reasoning_content: 'Hm, let me see', content: text })),
      end,
    ),
    { text: 'Yes, it is', reasoning: 'Hm, let me see' },
  ],
  [
    'B04 everything so far, then the same once more and a message with it',
    stream(
      ...grown('a', 'a b c d', 'a b c d e', 'a b c d e'),
      chunk({ content: 'a b c d e' }, 'stop'),
      whole({ content: 'a b c d e' }),
    ),
    { text: 'a b c d e' },
  ],
  ['B04 but not pieces that begin alike', stream(...grown('1', '11', '111', '2'), end), { text: '1111112' }],
  ['B04 but not two short ones', stream(...grown('ha', 'haha'), end), { text: 'hahaha' }],
  [
    'B04 but not a line that comes twice',
    stream(...grown('Row, row your boat\n', 'Row, row your boat\n gently', '.'), end),
    { text: 'Row, row your boat\nRow, row your boat\n gently.' },
  ],
  ['B14 an empty error beside each delta', stream(chunk({ content: 'hi' }, null, { error: {} }), end), said],
  ['B14 an error that says nothing', stream(chunk({ content: 'hi' }, 'stop', { error: { code: 0, message: '' } })), said],
  [
    'B14 but one that says something is one',
    stream(hi, chunk({}, null, { error: { message: 'no' } })),
    { error: 'provider-error' },
  ],
  ['B09 a picture alone', stream(drawing('data:image/png;base64,AAAA'), end), { pictures: ['AAAA'], finishReason: 'stop' }],
  [
    'B09 a picture beside text',
    stream(hi, drawing('data:image/png;base64,AAAA'), chunk({ content: '!' }), end),
    { text: 'hi!', pictures: ['AAAA'] },
  ],
  [
    'B09 a picture that comes with each chunk and once more with the whole message',
    stream(
      drawing('data:image/png;base64,AAAA'),
      drawing('data:image/png;base64,AAAA'),
      drawing('data:image/jpeg;base64,BBBB'),
      whole({ content: '', images: [{ image_url: { url: 'data:image/png;base64,AAAA' } }] }, 'stop'),
    ),
    { pictures: ['AAAA', 'BBBB'] },
  ],
  [
    'B09 pictures as parts of the content, and as base64 alone',
    stream(
      chunk({
        content: [
          { type: 'text', text: 'hi' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        ],
      }),
      chunk({ images: [{ b64_json: 'BBBB' }, { image_url: 'data:image/png;base64,CCCC' }] }),
      end,
    ),
    { text: 'hi', pictures: ['AAAA', 'BBBB', 'CCCC'] },
  ],
  [
    'B09 the address of a picture is a link, and is not fetched',
    stream(hi, drawing('https://pictures.example/a (1).png?x=<y>'), end),
    { text: 'hi\n\n[Picture](https://pictures.example/a%20%281%29.png?x=%3Cy%3E)\n\n' },
  ],
  [
    'B09 a picture that cannot be read is one nevertheless',
    stream(drawing('file:///etc/passwd'), end),
    { pictures: [null], finishReason: 'stop' },
  ],
  ['B09 and so is one of which nothing comes', stream(chunk({ images: [{ type: 'image_url' }] }), end), { pictures: [null] }],
  ['B09 and one in an address with percent signs', stream(drawing('data:image/svg+xml,%3Csvg/%3E'), end), { pictures: [null] }],
  ['B09 sound alone', stream(chunk({ audio: { data: 'AA' } }), end), rejected('provider-not-text', false)],
  ['B09 sound with its transcript', stream(chunk({ audio: { data: 'AA', transcript: 'hi' } }), end), said],
  [
    'B09 a call as before tools',
    stream(chunk({ function_call: { name: 'add', arguments: '{"a":' } }), chunk({ function_call: { arguments: '1}' } }), end),
    { calls: [{ name: 'add', args: '{"a":1}' }] },
  ],
  [
    'B09 calls that are no list',
    stream(chunk({ tool_calls: { index: 0, id: 'a', function: { name: 'add', arguments: '{}' } } }), end),
    { calls: [{ name: 'add', args: '{}' }] },
  ],
  ['B09 a text beside no delta', stream(frame({ choices: [{ text: 'hi', finish_reason: 'stop' }] }), done), said],
  [
    'B09 a choice with number 1',
    stream(frame({ choices: [{ index: 1, delta: { content: 'hi' }, finish_reason: 'stop' }] })),
    said,
  ],
  [
    'B09 a choice with a text for a number',
    stream(frame({ choices: [{ index: '0', delta: { content: 'hi' }, finish_reason: 'stop' }] })),
    said,
  ],
  [
    'B09 a call that the provider could not read',
    stream(chunk({}, 'malformed_function_call')),
    rejected('provider-malformed', true),
  ],
  ['B15 a count that is too large', stream(hi, chunk({}, 'stop', usage(2 ** 31, 5)), done), said],
  [
    'B15 a cost that is too large',
    stream(hi, chunk({}, 'stop', { usage: { prompt_tokens: 1, completion_tokens: 1, cost: 1e13 } })),
    { ...said, usage: counted(1, 1) },
  ],
  [
    'B16 zeros after a report',
    stream(hi, chunk({}, 'stop', usage(12, 5)), frame({ choices: [], ...usage(0, 0) }), done),
    { ...said, usage: counted(12, 5) },
  ],
  [
    'B16 only the input',
    stream(hi, chunk({}, 'stop', { usage: { prompt_tokens: 12 } })),
    { ...said, usage: counted(12, 1, true) },
  ],
  ['B16 an input of -1', stream(hi, chunk({}, 'stop', usage(-1, 5))), said],
  [
    'arguments that are null',
    stream(chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'list', arguments: 'null' } }] }), end),
    { calls: [{ args: '{}' }] },
  ],
  ['keep-alive as data', stream('data: : KEEPALIVE\n\n', 'event: ping\ndata: ping\n\n', hi, 'data: ping\n\n', end), said],
  ['frames that end with one line feed', stream(hi.trimEnd() + '\n', chunk({}, 'stop').trimEnd() + '\n', 'data: [DONE]\n'), said],
  ['DONE without brackets', stream(hi, 'data: DONE\n\n'), said],
  ['an answer of status 204', httpAnswer(204, ''), rejected('provider-empty', true)],
  [
    'an error after the end by length',
    stream(chunk({}, 'length'), frame({ error: { code: 400, message: 'Token limit reached' }, ...usage(43, 10) }), done),
    { finishReason: 'length', usage: counted(43, 10) },
  ],
  [
    'an error after an end without an answer',
    stream(chunk({}, 'stop'), frame({ error: { code: 500, message: 'gone' } })),
    { error: 'provider-error' },
  ],
])('%s', async (_name, answer, expected) => {
  scripted.script(answer)
  const collected = await collectAnswer(createProvider())
  expect(collected).toMatchObject(expected)
  if (collected.usage && !('usage' in expected)) expect(collected.usage).toBeUndefined()
})

test.each([
  [400, { error: { code: 'too_many_prompt_tokens', message: 'x' } }, 'context-overflow'],
  [
    422,
    { error: '`inputs` tokens + `max_new_tokens` must be <= 8192. Given: 9000', error_type: 'validation' },
    'context-overflow',
  ],
  [400, { error: { code: '1261', message: 'Prompt exceeds max length' } }, 'context-overflow'],
  [400, { error: { message: 'Range of input length should be [1, 30720]' } }, 'context-overflow'],
  [
    404,
    { error: { code: 'DeploymentNotFound', message: 'The API deployment for this resource does not exist.' } },
    'model-not-found',
  ],
  [
    400,
    { error: { message: 'The supported API model names are deepseek-chat or deepseek-reasoner, but you passed x' } },
    'model-not-found',
  ],
])('a refusal with %i %j is %s', async (status, body, error) => {
  scripted.script(httpAnswer(status, body))
  expect(await collectAnswer(createProvider())).toMatchObject({ error })
})

test('a provider that asks for an hour is not asked again, and the answer says when', async () => {
  scripted.script(httpAnswer(429, { error: { message: 'slow down' } }, { 'retry-after': '3600' }))
  const failed = createProvider().stream(askFor('x'))[Symbol.asyncIterator]().next()
  await expect(failed).rejects.toMatchObject({
    code: 'provider-limit-reached',
    retryable: false,
    message: expect.stringContaining('about 60 minutes'),
  })
  scripted.script(httpAnswer(429, { error: { message: 'Please try again in 7m12s.' } }))
  expect(await collectAnswer(createProvider())).toMatchObject({ error: 'provider-limit-reached', retryAfterMs: 432_000 })
  scripted.script(httpAnswer(429, { error: { message: 'Please try again in 1.5s.' } }))
  expect(await collectAnswer(createProvider())).toMatchObject({
    error: 'provider-rate-limited',
    retryAfterMs: 1500,
    retryable: true,
  })
})

test('a model may think for longer than it may pause', async () => {
  scripted.script(async (reply) => {
    reply.head(200, { 'content-type': 'text/event-stream' })
    await reply.delta({ role: 'assistant', content: '' })
    await reply.sleep(400)
    await reply.delta({ content: 'hi' })
    await reply.finish()
  })
  expect(await collectAnswer(createProvider(100, 5000))).toMatchObject(said)
  scripted.script(async (reply) => {
    await reply.delta({ content: 'hi' })
    await reply.sleep(5000)
  })
  expect(await collectAnswer(createProvider(100, 5000))).toMatchObject({ text: 'hi', error: 'provider-timeout' })
})

test('arguments of 5,000 levels are no arguments', async () => {
  const args = '['.repeat(5_000) + ']'.repeat(5_000)
  scripted.script(stream(chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'list', arguments: args } }] }), end))
  const { calls } = await collectAnswer(createProvider())
  expect(JSON.parse(calls?.[0]?.args ?? '')).toMatch(/^too large or nested too deeply/u)
})
