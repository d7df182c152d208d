import type OpenAI from 'openai'
import type { Logger } from '../../logger.ts'
import { createModelFacts, type ModelFacts } from '../model-facts.ts'
import type { ModelAnswer, ModelEvent, ModelInfo, ModelProvider, ModelRequest } from '../model.ts'
import { adaptPlan, chooseApi, type CallPlan, type ModelApi } from './call-plan.ts'
import { chatApi } from './chat-api.ts'
import { readContextWindow } from './context-overflow.ts'
import { createClient } from './create-client.ts'
import type { ApiCall, ModelApiDriver } from './model-api-driver.ts'
import { createModelMemory } from './model-memory.ts'
import { openAiUrl } from './openai-url.ts'
import { createProviderCall, type ProviderCall } from './provider-call.ts'
import { readModels } from './read-models.ts'
import { responsesApi } from './responses-api.ts'
import { openReplay, sealReplay } from './sealed-replay.ts'
import { thrownToModelError } from './thrown-to-model-error.ts'

export interface OpenAiProviderConfig {
  /** For people and logs. */
  readonly name: string
  /** Null: api.openai.com. Never what the environment says. */
  readonly baseUrl: string | null
  /** Null: no `Authorization` is sent. */
  readonly apiKey: string | null
  readonly defaultModel: string
  /** Sent with every request; they win over what is sent otherwise. */
  readonly headers?: Readonly<Record<string, string>>
  /** Default `auto`: Responses at OpenAI and Azure, Chat Completions elsewhere, until a provider says that it is the other one. */
  readonly api?: ModelApi | 'auto'
}

export interface OpenAiProviderOptions {
  readonly config: OpenAiProviderConfig
  /** The longest wait for the first and for each next piece of an answer, in milliseconds. */
  readonly idleTimeoutMs: number
  readonly logger?: Logger
  /** The provider has said, while it refused a prompt, how many tokens fit into a model. */
  readonly onContextWindow?: (model: string, tokens: number) => void
  /** What calls have taught about how its models have to be asked. Without: forgotten with this provider. */
  readonly facts?: ModelFacts
}

const listTimeoutMs = 10_000
const drivers: Readonly<Record<ModelApi, ModelApiDriver>> = { chat: chatApi, responses: responsesApi }

/**
 * A provider that speaks one of OpenAI's two APIs, or something like it. It tries nothing twice: that is the caller's to decide. The one
 * exception is a refusal that says what it is about (the API, a field, what was sent back): the call is made again without, at once,
 * and so is every later one of that model.
 */
export function createOpenAiProvider(options: OpenAiProviderOptions): ModelProvider {
  const { config, idleTimeoutMs, logger, onContextWindow, facts = createModelFacts() } = options
  const { name, defaultModel, apiKey, headers = {}, api = 'auto' } = config
  const baseURL = config.baseUrl ?? openAiUrl
  const { host } = new URL(baseURL)
  const memory = createModelMemory({ api: chooseApi(api, host), isApiChosen: api !== 'auto', host, facts })

  const openCall = (signal: AbortSignal, expects: 'event-stream' | 'json') =>
    createProviderCall({ signal, expects, idleTimeoutMs, apiKey, headers })

  /** What the provider wrote may hold a key or a conversation: it is logged only for those who ask for everything. */
  const fail = (thrown: unknown, call: ProviderCall, model: string | null) => {
    const error = thrownToModelError(thrown, call)
    if (call.failure) {
      const { status, body } = call.failure
      const requestId = call.failure.headers.get('x-request-id')
      logger?.debug({ event: 'model-refusal', provider: name, model, code: error.code, status, requestId, body })
    }
    if (error.fault === 'ours') logger?.error({ event: 'model-call-broken', provider: name, model, err: error.cause })
    const tokens = error.code === 'context-overflow' && call.failure ? readContextWindow(call.failure.body) : null
    if (tokens !== null && model !== null) onContextWindow?.(model, tokens)
    return error
  }

  /** Makes a call, and makes it again as long as a refusal says what to change about it. */
  const attempt = async <Answer>(
    request: ModelRequest,
    call: ProviderCall,
    make: (driver: ModelApiDriver, client: OpenAI, call: ApiCall) => Promise<Answer>,
  ): Promise<{ answer: Answer; plan: CallPlan }> => {
    const { model } = request
    const client = createClient(baseURL, call)
    const known = memory.planOf(model)
    let plan = known
    let refusedApi: unknown = null
    while (true) {
      const issuer = { host, model, api: plan.api }
      const { signal } = call
      const replayOf: ApiCall['replayOf'] = plan.replay ? (message) => openReplay(message, issuer) : () => null
      try {
        const answer = await make(drivers[plan.api], client, { request, plan, signal, replayOf })
        if (plan !== known) memory.keep(model, plan)
        return { answer, plan }
      } catch (thrown) {
        const mayChangeApi = api === 'auto' && refusedApi === null && !memory.hasChangedApi(model)
        const next = call.failure && adaptPlan(plan, call.failure, mayChangeApi)
        // Where neither API is the right one, what was said about the first is what is wrong.
        if (!next) throw refusedApi ?? thrown
        if (next.api !== plan.api) refusedApi = fail(thrown, call, model)
        logger?.info({ event: 'model-call-adapted', provider: name, model, changed: changesBetween(plan, next) })
        plan = next
      }
    }
  }

  return {
    name,
    host,
    demo: false,
    defaultModel,

    async *stream(request): AsyncGenerator<ModelEvent, void> {
      using call = openCall(request.signal, 'event-stream')
      try {
        call.throwIfStopped()
        const { answer, plan } = await attempt(request, call, (driver, client, asked) => driver.stream(client, asked))
        const mayBeEmpty = request.messages.at(-1)?.role === 'tool'
        const accumulator = drivers[plan.api].createAccumulator({ mayBeEmpty })
        try {
          for await (const piece of answer) yield* accumulator.add(piece)
          call.throwIfStopped()
        } catch (thrown) {
          // An answer that has come to its end is whole, however the connection ends after it.
          if (!accumulator.isFinished || request.signal.aborted) throw thrown
        }
        const issuer = { host, model: request.model, api: plan.api }
        for (const event of accumulator.end(call.sawDone)) {
          yield event.type === 'replay' ? { ...event, replay: sealReplay(event.replay, issuer) } : event
        }
      } catch (thrown) {
        throw fail(thrown, call, request.model)
      }
    },

    async complete(request): Promise<ModelAnswer> {
      using call = openCall(request.signal, 'json')
      try {
        call.throwIfStopped()
        const { answer, plan } = await attempt(request, call, (driver, client, asked) => driver.complete(client, asked))
        const accumulator = drivers[plan.api].createAccumulator({ mayBeEmpty: false })
        const pieces: readonly unknown[] = Array.isArray(answer) ? answer : [answer]
        const events = pieces.flatMap((piece) => accumulator.add(piece))
        return eventsToAnswer([...events, ...accumulator.end(true)])
      } catch (thrown) {
        throw fail(thrown, call, request.model)
      }
    },

    async list(signal): Promise<readonly ModelInfo[]> {
      using call = openCall(AbortSignal.any([signal, AbortSignal.timeout(listTimeoutMs)]), 'json')
      try {
        call.throwIfStopped()
        return readModels(await createClient(baseURL, call).get('/models', { signal: call.signal }))
      } catch (thrown) {
        throw fail(thrown, call, null)
      }
    },
  }
}

function changesBetween(before: CallPlan, after: CallPlan): Partial<CallPlan> {
  return Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key as keyof CallPlan] !== value))
}

function eventsToAnswer(events: readonly ModelEvent[]): ModelAnswer {
  const text = events.flatMap((event) => (event.type === 'text' ? event.text : [])).join('')
  const end = events.find((event) => event.type === 'end')
  return {
    text,
    finishReason: end?.finishReason ?? 'stop',
    usage: end?.usage ?? null,
    ...(end?.costMicroUsd === undefined ? {} : { costMicroUsd: end.costMicroUsd }),
  }
}
