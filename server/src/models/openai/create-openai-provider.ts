import OpenAI from 'openai'
import type { ModelConfig } from '../../config.ts'
import type { Logger } from '../../logger.ts'
import type { ModelAnswer, ModelEvent, ModelInfo, ModelProvider, ModelRequest } from '../model.ts'
import { createChatAccumulator } from './chat-accumulator.ts'
import { messagesToWire, toolsToWire } from './messages-to-wire.ts'
import { createProviderCall, type ProviderCall } from './provider-call.ts'
import { readModels } from './read-models.ts'
import { thrownToModelError } from './thrown-to-model-error.ts'

export interface OpenAiProviderOptions {
  readonly config: Extract<ModelConfig, { kind: 'openai' }>
  /** The longest wait for the first and for each next piece of an answer, in milliseconds. */
  readonly idleTimeoutMs: number
  readonly logger?: Logger
}

const openAiUrl = 'https://api.openai.com/v1'
const listTimeoutMs = 10_000

/**
 * A provider that speaks OpenAI's Chat Completions, or something like it. It sends the fields that every provider takes and nothing
 * else (no token limits, temperature or strictness: each is refused by somebody), and tries nothing twice: that is the caller's to
 * decide. The one exception is a provider that refuses `stream_options`: it is asked again without, from then on.
 */
export function createOpenAiProvider({ config, idleTimeoutMs, logger }: OpenAiProviderOptions): ModelProvider {
  const { name, defaultModel, apiKey } = config
  const baseURL = config.baseUrl ?? openAiUrl
  let takesStreamOptions = true

  const openCall = (signal: AbortSignal, expects: 'event-stream' | 'json') =>
    createProviderCall({ signal, expects, idleTimeoutMs, apiKey })

  /** What the provider wrote may hold a key or a conversation: it is logged only for those who ask for everything. */
  const fail = (thrown: unknown, call: ProviderCall) => {
    const error = thrownToModelError(thrown, call)
    if (call.failure) {
      const { status, headers, body } = call.failure
      logger?.debug({
        event: 'model-refusal',
        provider: name,
        code: error.code,
        status,
        requestId: headers.get('x-request-id'),
        body,
      })
    }
    return error
  }

  const openStream = async (request: ModelRequest, call: ProviderCall) => {
    const client = createClient(baseURL, call)
    const create = async (withUsage: boolean) =>
      await client.chat.completions.create(
        { ...requestToBody(request), stream: true, ...(withUsage && { stream_options: { include_usage: true } }) },
        { signal: call.signal },
      )
    const withUsage = takesStreamOptions
    try {
      return await create(withUsage)
    } catch (thrown) {
      if (!withUsage || !isStreamOptionsRefused(call)) throw thrown
      takesStreamOptions = false
      logger?.info({ event: 'model-usage-unavailable', provider: name })
      return await create(false)
    }
  }

  return {
    name,
    host: new URL(baseURL).host,
    demo: false,
    defaultModel,

    async *stream(request): AsyncGenerator<ModelEvent, void> {
      using call = openCall(request.signal, 'event-stream')
      try {
        call.throwIfStopped()
        const accumulator = createChatAccumulator({ mayBeEmpty: request.messages.at(-1)?.role === 'tool' })
        try {
          for await (const chunk of await openStream(request, call)) yield* accumulator.add(chunk)
          call.throwIfStopped()
        } catch (thrown) {
          // An answer that has come to its end is whole, however the connection ends after it.
          if (!accumulator.isFinished || request.signal.aborted) throw thrown
        }
        yield* accumulator.end(call.sawDone)
      } catch (thrown) {
        throw fail(thrown, call)
      }
    },

    async complete(request): Promise<ModelAnswer> {
      using call = openCall(request.signal, 'json')
      try {
        call.throwIfStopped()
        const answer: unknown = await createClient(baseURL, call).chat.completions.create(requestToBody(request), {
          signal: call.signal,
        })
        const accumulator = createChatAccumulator({ mayBeEmpty: false })
        return eventsToAnswer([...accumulator.add(answer), ...accumulator.end(true)])
      } catch (thrown) {
        throw fail(thrown, call)
      }
    },

    async list(signal): Promise<readonly ModelInfo[]> {
      using call = openCall(AbortSignal.any([signal, AbortSignal.timeout(listTimeoutMs)]), 'json')
      try {
        call.throwIfStopped()
        return readModels(await createClient(baseURL, call).get('/models', { signal: call.signal }))
      } catch (thrown) {
        throw fail(thrown, call)
      }
    },
  }
}

/** Every option is given, also those that are not used: for one that is missing, the SDK looks into the environment. */
function createClient(baseURL: string, call: ProviderCall): OpenAI {
  return new OpenAI({
    baseURL,
    // The SDK does not start without a key. What is sent is decided in the call's `fetch`.
    apiKey: 'unused',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    dataResidency: null,
    fetch: call.fetch,
    maxRetries: 0,
    timeout: 2 ** 31 - 1,
    logLevel: 'off',
  })
}

function requestToBody(request: ModelRequest) {
  const { model, messages, tools } = request
  return { model, messages: messagesToWire(messages), ...(tools.length > 0 && { tools: toolsToWire(tools) }) }
}

function isStreamOptionsRefused({ failure }: ProviderCall): boolean {
  return (failure?.status === 400 || failure?.status === 422) && /stream_options|include_usage/iu.test(failure.body)
}

function eventsToAnswer(events: readonly ModelEvent[]): ModelAnswer {
  const text = events.flatMap((event) => (event.type === 'text' ? event.text : [])).join('')
  const end = events.find((event) => event.type === 'end')
  return { text, finishReason: end?.finishReason ?? 'stop', usage: end?.usage ?? null }
}
