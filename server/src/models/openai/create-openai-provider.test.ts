import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { askFor, collectAnswer } from '../../../testing/scripted-provider/collect-answer.ts'
import {
  completion,
  createGate,
  createScriptedProvider,
  hangBeforeHeaders,
  html,
  httpAnswer,
  httpError,
  inTurn,
  raw,
  text,
  tokens,
  tokensText,
  type Answer,
  type ScriptedProvider,
} from '../../../testing/scripted-provider/index.ts'
import type { ModelEvent } from '../model.ts'
import { createOpenAiProvider } from './create-openai-provider.ts'

let scripted: ScriptedProvider
beforeEach(async () => {
  scripted = await createScriptedProvider()
})
afterEach(async () => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
  await scripted[Symbol.asyncDispose]()
})

function createProvider({
  baseUrl = scripted.baseUrl as string | null,
  apiKey = null as string | null,
  idleTimeoutMs = 5000,
} = {}) {
  const config = { kind: 'openai', name: 'Scripted', baseUrl, apiKey, defaultModel: 'scripted-1', note: null } as const
  return createOpenAiProvider({ config, idleTimeoutMs })
}

async function textOf(events: AsyncIterable<ModelEvent>): Promise<string> {
  let said = ''
  for await (const event of events) if (event.type === 'text') said += event.text
  return said
}

describe('a request', () => {
  test('only the fields that every provider takes', async () => {
    scripted.script(text('hi'))
    const parameters = { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] }
    await collectAnswer(createProvider(), {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'hello' },
      ],
      tools: [{ name: 'add_task', description: 'Adds a task', parameters }],
    })
    expect(scripted.requests[0]?.body).toEqual({
      model: 'scripted-1',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'hello' },
      ],
      tools: [{ type: 'function', function: { name: 'add_task', description: 'Adds a task', parameters } }],
      stream: true,
      stream_options: { include_usage: true },
    })
  })

  test('no tools at all when there are none', async () => {
    scripted.script(text('hi'))
    await collectAnswer(createProvider())
    expect(scripted.requests[0]?.body).not.toHaveProperty('tools')
  })

  test('the key of the configuration, and nothing that the environment holds', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'sk-environment')
    vi.stubEnv('OPENAI_ADMIN_KEY', 'sk-admin')
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:9/v1')
    vi.stubEnv('OPENAI_ORG_ID', 'org')
    vi.stubEnv('OPENAI_PROJECT_ID', 'project')
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'authorization: Bearer sk-custom\nx-custom: 1')
    scripted.script(text('hi'))
    expect(await collectAnswer(createProvider({ apiKey: 'sk-configured' }))).toMatchObject({ text: 'hi' })
    const headers = scripted.requests[0]?.headers ?? {}
    expect(headers.authorization).toBe('Bearer sk-configured')
    const own = Object.keys(headers).filter((name) => /openai|custom|stainless/u.test(name))
    expect(own).toEqual([])
  })

  test('no authorization without a key', async () => {
    scripted.script(text('hi'))
    await collectAnswer(createProvider())
    expect(scripted.requests[0]?.headers.authorization).toBeUndefined()
  })

  test('to api.openai.com when no address is configured, whatever the environment says', () => {
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:9/v1')
    expect(createProvider({ baseUrl: null }).host).toBe('api.openai.com')
  })

  test('Q35 again without stream_options when they are refused, and without from then on', async () => {
    scripted.script(
      inTurn(httpError(400, { message: 'Unrecognized request argument supplied: stream_options' }), text('one'), text('two')),
    )
    const provider = createProvider()
    expect(await collectAnswer(provider)).toEqual({ text: 'one', finishReason: 'stop' })
    expect(await collectAnswer(provider)).toEqual({ text: 'two', finishReason: 'stop' })
    expect(scripted.requests.map(({ body }) => 'stream_options' in body)).toEqual([true, false, false])
  })

  test('Q35 a refusal that only names the field in its details', async () => {
    const detail = [{ type: 'extra_forbidden', loc: ['body', 'stream_options'], msg: 'Extra inputs are not permitted' }]
    scripted.script(inTurn(httpAnswer(422, { detail }), text('one')))
    expect(await collectAnswer(createProvider())).toMatchObject({ text: 'one' })
  })
})

describe('an answer', () => {
  test('passes every text unchanged: NUL, lone surrogates, joined emoji', async () => {
    const said = 'a\u0000b \ud83d \ude00 👩‍👩‍👧 \u2028 日本'
    scripted.script(raw(`data: ${JSON.stringify({ choices: [{ delta: { content: said }, finish_reason: 'stop' }] })}\n\n`))
    expect(await collectAnswer(createProvider())).toEqual({ text: said, finishReason: 'stop' })
  })

  test('gives each token as it comes', async () => {
    const gate = createGate()
    scripted.script(tokens(2, { stopAfter: 1, then: gate }))
    const stream = createProvider().stream(askFor('hello'))[Symbol.asyncIterator]()
    expect((await stream.next()).value).toEqual({ type: 'text', text: 't1 ' })
    gate.open()
    expect((await stream.next()).value).toEqual({ type: 'text', text: 't2 ' })
  })

  test('lets a model say nothing more after the result of a tool', async () => {
    scripted.script(raw('data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n'))
    const messages = [
      { role: 'user', content: 'add it' },
      { role: 'assistant', content: '', toolCalls: [{ callId: 'x', name: 'add', args: '{}' }] },
      { role: 'tool', callId: 'x', content: '{}' },
    ] as const
    expect(await collectAnswer(createProvider(), { messages })).toEqual({ finishReason: 'stop' })
  })

  test('uses a connection again for the next answer', async () => {
    scripted.script(async (reply) => {
      await reply.raw('data: {"choices":[{"delta":{"content":"hi"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n')
      await reply.arrived()
      reply.end()
    })
    const provider = createProvider()
    for (let index = 0; index < 6; index += 1) await collectAnswer(provider)
    // While one is being handed back, the pool may open another: how often depends on the machine. Without reuse there would be six.
    expect(scripted.connections).toBeLessThan(6)
  })
})

/** Answers, and lets time pass once what was written has been read. */
const thenSilent =
  (answer: Answer, ms: number): Answer =>
  async (reply) => {
    const answered = answer(reply)
    await reply.arrived()
    await vi.advanceTimersByTimeAsync(ms)
    await answered
  }

describe('silence', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))

  test('Q51 a stall after some tokens ends the call and closes the socket', async () => {
    scripted.script(thenSilent(tokens(5, { stopAfter: 2, then: 'hang' }), 100))
    const answer = await collectAnswer(createProvider({ idleTimeoutMs: 100 }))
    expect(answer).toEqual({ text: 't1 t2 ', error: 'provider-timeout', retryable: true })
    expect(await scripted.closed(0)).toMatchObject({ byClient: true, sentTokens: 2 })
  })

  test('Q51 a stall before the head', async () => {
    scripted.script(thenSilent(hangBeforeHeaders, 100))
    expect(await collectAnswer(createProvider({ idleTimeoutMs: 100 }))).toEqual({ error: 'provider-timeout', retryable: true })
    expect(await scripted.closed(0)).toMatchObject({ byClient: true })
  })

  test('a stall in the body of an error', async () => {
    const half: Answer = async (reply) => {
      reply.head(500)
      await reply.raw('{"error"')
      await reply.until(new Promise(() => undefined))
    }
    scripted.script(thenSilent(half, 100))
    expect(await collectAnswer(createProvider({ idleTimeoutMs: 100 }))).toEqual({ error: 'provider-timeout', retryable: true })
  })

  test('a stall after the reason: the answer is whole', async () => {
    const unended: Answer = async (reply) => {
      await reply.tokens(['hi'])
      await reply.delta({}, 'stop')
      await reply.until(new Promise(() => undefined))
    }
    scripted.script(thenSilent(unended, 100))
    expect(await collectAnswer(createProvider({ idleTimeoutMs: 100 }))).toEqual({ text: 'hi', finishReason: 'stop' })
  })

  test('comments keep a call alive', async () => {
    scripted.script(async (reply) => {
      for (let index = 0; index < 6; index += 1) {
        await reply.raw(': processing\n\n')
        await reply.arrived()
        await vi.advanceTimersByTimeAsync(100)
      }
      await reply.tokens(['hi'])
      await reply.finish()
    })
    expect(await collectAnswer(createProvider({ idleTimeoutMs: 400 }))).toMatchObject({ text: 'hi', finishReason: 'stop' })
  })

  test('comments alone do not keep it alive forever', async () => {
    scripted.script(async (reply) => {
      while (true) {
        await reply.raw(': processing\n\n')
        await reply.arrived()
        await vi.advanceTimersByTimeAsync(25)
      }
    })
    expect(await collectAnswer(createProvider({ idleTimeoutMs: 30 }))).toMatchObject({ error: 'provider-timeout' })
  })

  test('a reader that takes its time is not a silent provider', async () => {
    scripted.script(tokens(3))
    let said = ''
    for await (const event of createProvider({ idleTimeoutMs: 150 }).stream(askFor('hello'))) {
      if (event.type === 'text') said += event.text
      await vi.advanceTimersByTimeAsync(250)
    }
    expect(said).toBe('t1 t2 t3 ')
  })
})

describe('stopping', () => {
  test('in the middle of an answer ends it as aborted and closes the socket', async () => {
    scripted.script(tokens(1000, { perSecond: 50 }))
    const controller = new AbortController()
    const said: string[] = []
    const reading = (async () => {
      for await (const event of createProvider().stream(askFor('hello', { signal: controller.signal }))) {
        if (event.type === 'text') said.push(event.text)
        if (said.length === 3) controller.abort()
      }
    })()
    await expect(reading).rejects.toMatchObject({ name: 'ModelError', code: 'aborted', retryable: false })
    expect(await scripted.closed(0)).toMatchObject({ byClient: true })
  })

  test('while it is silent', async () => {
    scripted.script(tokens(5, { stopAfter: 1, then: 'hang' }))
    const controller = new AbortController()
    const reading = textOf(createProvider().stream(askFor('hello', { signal: controller.signal })))
    await scripted.request(0)
    controller.abort()
    await expect(reading).rejects.toMatchObject({ code: 'aborted' })
    expect(await scripted.closed(0)).toMatchObject({ byClient: true })
  })

  test('before the head', async () => {
    scripted.script(hangBeforeHeaders)
    const controller = new AbortController()
    const reading = textOf(createProvider().stream(askFor('hello', { signal: controller.signal })))
    await scripted.request(0)
    controller.abort()
    await expect(reading).rejects.toMatchObject({ code: 'aborted' })
    expect(await scripted.closed(0)).toMatchObject({ byClient: true })
  })

  test('before the call: no request is sent', async () => {
    await expect(textOf(createProvider().stream(askFor('hello', { signal: AbortSignal.abort() })))).rejects.toMatchObject({
      code: 'aborted',
    })
    expect(scripted.calls).toBe(0)
  })

  test('after the reason is still a stop', async () => {
    const sent = createGate()
    scripted.script(async (reply) => {
      await reply.tokens(['hi'])
      await reply.delta({}, 'stop')
      await reply.arrived()
      sent.open()
      await reply.until(new Promise(() => undefined))
    })
    const controller = new AbortController()
    const reading = textOf(createProvider().stream(askFor('hello', { signal: controller.signal })))
    await sent.opened
    controller.abort()
    await expect(reading).rejects.toMatchObject({ code: 'aborted' })
  })

  test('a reader that leaves closes the socket', async () => {
    scripted.script(tokens(1000, { perSecond: 50 }))
    for await (const _ of createProvider().stream(askFor('hello'))) break
    expect(await scripted.closed(0)).toMatchObject({ byClient: true })
  })
})

describe('an answer without streaming', () => {
  test('comes whole, with its usage, and asks for no stream', async () => {
    scripted.scriptCompletion(completion('<think>hm</think>A title'))
    expect(await createProvider().complete(askFor('a title'))).toEqual({
      text: 'A title',
      finishReason: 'stop',
      usage: { inputTokens: 10, outputTokens: 3, estimated: false },
    })
    expect(scripted.completions[0]?.body).toEqual({ model: 'scripted-1', messages: [{ role: 'user', content: 'a title' }] })
  })

  test.each([
    ['a web page', html(), 'provider-not-a-stream'],
    ['an error with status 200', httpAnswer(200, { error: { message: 'no', code: 503 } }), 'provider-overloaded'],
    ['no choices', httpAnswer(200, { id: 'x', choices: [] }), 'provider-empty'],
    ['an error', httpError(500), 'provider-error'],
  ])('fails for %s', async (_name, answer, code) => {
    scripted.scriptCompletion(answer)
    await expect(createProvider().complete(askFor('a title'))).rejects.toMatchObject({ name: 'ModelError', code })
  })

  test('can be stopped', async () => {
    scripted.scriptCompletion(hangBeforeHeaders)
    const controller = new AbortController()
    const asked = createProvider().complete(askFor('a title', { signal: controller.signal }))
    await vi.waitFor(() => expect(scripted.completions).toHaveLength(1), 60_000)
    controller.abort()
    await expect(asked).rejects.toMatchObject({ code: 'aborted' })
  })
})

describe('the list of models', () => {
  const never = new AbortController().signal
  const listed = (id: string) => ({ id, contextWindow: null, prices: null })

  test('is the provider’s own', async () => {
    expect(await createProvider().list(never)).toEqual([listed('scripted-1'), listed('scripted-2')])
  })

  test.each([
    ['with Gemini’s prefix', { data: [{ id: 'models/gemini-2.5-flash' }] }, [listed('gemini-2.5-flash')]],
    ['under another name', { models: [{ name: 'llama' }, { name: 'llama' }] }, [listed('llama')]],
    ['bare', ['a', 'b', 3, null], [listed('a'), listed('b')]],
    ['with vLLM’s window', { data: [{ id: 'a', max_model_len: 8192 }] }, [{ ...listed('a'), contextWindow: 8192 }]],
    [
      'with OpenRouter’s window and prices',
      {
        data: [
          {
            id: 'x/a',
            context_length: 200_000,
            top_provider: { context_length: 128_000 },
            pricing: { prompt: '0.0000004', completion: '0.0000016', input_cache_read: '0.0000001' },
          },
          { id: 'openrouter/auto', context_length: 0, pricing: { prompt: '-1', completion: '-1' } },
        ],
      },
      [
        {
          id: 'x/a',
          contextWindow: 128_000,
          prices: { inputMicroUsd: 400_000, outputMicroUsd: 1_600_000, cachedInputMicroUsd: 100_000 },
        },
        listed('openrouter/auto'),
      ],
    ],
    ['that is none', { ok: true }, []],
  ])('may come %s', async (_name, body, expected) => {
    scripted.scriptModels(httpAnswer(200, body))
    expect(await createProvider().list(never)).toEqual(expected)
  })

  test('fails as a model call does', async () => {
    scripted.scriptModels(httpError(401))
    await expect(createProvider().list(never)).rejects.toMatchObject({ code: 'provider-unauthorized' })
    scripted.scriptModels(html())
    await expect(createProvider().list(never)).rejects.toMatchObject({ code: 'provider-not-a-stream' })
  })

  test('can be stopped', async () => {
    scripted.scriptModels(hangBeforeHeaders)
    await expect(createProvider().list(AbortSignal.timeout(50))).rejects.toMatchObject({ code: 'provider-timeout' })
    await expect(createProvider().list(AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' })
  })
})

describe('load', () => {
  test('fifty answers at fifty tokens a second come whole, side by side', async () => {
    scripted.script(tokens(50, { perSecond: 50 }))
    const provider = createProvider()
    const answers = await Promise.all(Array.from({ length: 50 }, async () => await textOf(provider.stream(askFor('hello')))))
    expect(new Set(answers)).toEqual(new Set([tokensText(50)]))
  })
})

test('an address where no server listens cannot be reached', async () => {
  const { baseUrl } = scripted
  await scripted[Symbol.asyncDispose]()
  expect(await collectAnswer(createProvider({ baseUrl }))).toEqual({ error: 'provider-unreachable', retryable: true })
})

test('a provider may be silent for longer than the HTTP client of Node would wait, if the setting says so', async () => {
  const before = getGlobalDispatcher()
  // Its own limit is five minutes: here it is so short that a request subject to it fails immediately.
  const impatient = new Agent({ headersTimeout: 200, bodyTimeout: 200 })
  setGlobalDispatcher(impatient)
  try {
    const gate = createGate()
    scripted.script(tokens(4, { stopAfter: 2, then: gate }))
    const other = fetch(`${scripted.baseUrl}/chat/completions`, { method: 'POST', body: '{"stream":true,"messages":[]}' })
    const answer = textOf(createProvider({ idleTimeoutMs: 60_000 }).stream(askFor('hello')))
    await expect(other.then((response) => response.text())).rejects.toThrow()
    gate.open()
    expect(await answer).toBe(tokensText(4))
  } finally {
    setGlobalDispatcher(before)
    await impatient.close()
  }
})
