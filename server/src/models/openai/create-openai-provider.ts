import type OpenAI from 'openai'
import type { Dispatcher } from 'undici'
import type { Logger } from '../../platform/logger.ts'
import { createModelFacts, type ModelFacts } from '../model-facts.ts'
import type { ModelAnswer, ModelEvent, ModelInfo, ModelMessage, ModelProvider, ModelRequest, ProviderRun } from '../model.ts'
import type { ReadEvent } from './answer-accumulator.ts'
import { planToParameters } from './call-parameters.ts'
import { adaptPlan, chooseApi, planToTools, type CallPlan, type ModelApi } from './call-plan.ts'
import { chatApi } from './chat-api.ts'
import { readContextWindow } from './context-overflow.ts'
import { createClient } from './create-client.ts'
import type { ApiCall, ModelApiDriver } from './model-api-driver.ts'
import { toLoggedText } from './logged-text.ts'
import { createModelMemory } from './model-memory.ts'
import { openAiUrl } from './openai-url.ts'
import { mediaOf, planToUnseen } from './plan-to-messages.ts'
import { createProviderCall, type ProviderCall } from './provider-call.ts'
import { readModels, readPictureModels } from './read-models.ts'
import { toUsage } from './read-usage.ts'
import { readRun, readRunAgain, responsesApi } from './responses-api.ts'
import { openReplay, sealReplay } from './sealed-replay.ts'
import { thrownToModelError } from './thrown-to-model-error.ts'
import { matchToolName, toWireName } from './wire-names.ts'
import { createSaidWatch } from './said-watch.ts'

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
  /** Answers through Responses run at the provider, which stores them. Default: they do not. */
  readonly background?: boolean
}

export interface OpenAiProviderOptions {
  readonly config: OpenAiProviderConfig
  /** The longest wait for each next piece of an answer, in milliseconds. */
  readonly idleTimeoutMs: number
  /** The longest wait for the first one, in milliseconds. Default: the same. */
  readonly firstPieceTimeoutMs?: number
  readonly logger?: Logger
  /** The provider has said, while it refused a prompt, how many tokens fit into a model. */
  readonly onContextWindow?: (model: string, tokens: number) => void
  /** Facts learnt from calls about how to call its models. Default: in memory only. */
  readonly facts?: ModelFacts
  /** Makes the connections. Default: any that can be made. */
  readonly dispatcher?: Dispatcher
}

const listTimeoutMs = 10_000
const drivers: Readonly<Record<ModelApi, ModelApiDriver>> = { chat: chatApi, responses: responsesApi }

/**
 * A provider that speaks one of OpenAI's two APIs, or something like it. It does not retry: that is up to the caller. The one
 * exception is a refusal that names its reason (the API, a field, replayed data): the call is made again without it, and so is every
 * later call of that model.
 */
export function createOpenAiProvider(options: OpenAiProviderOptions): ModelProvider {
  const { config, idleTimeoutMs, logger, onContextWindow, facts = createModelFacts(), dispatcher } = options
  const { firstPieceTimeoutMs = idleTimeoutMs } = options
  const { name, defaultModel, apiKey, headers = {}, api = 'auto', background: mayRun = false } = config
  const baseURL = config.baseUrl ?? openAiUrl
  const { host } = new URL(baseURL)
  const memory = createModelMemory({ api: chooseApi(api, host), isApiChosen: api !== 'auto', host, facts })

  /** By the provider's list, once it was read. */
  let pictureModels: ReturnType<typeof readPictureModels> = new Map()

  const openCall = (signal: AbortSignal, expects: 'event-stream' | 'json', onSend?: ModelRequest['onSend']) =>
    createProviderCall({
      signal,
      expects,
      idleTimeoutMs,
      firstPieceTimeoutMs,
      apiKey,
      headers,
      ...(onSend ? { onSend } : {}),
      ...(dispatcher ? { dispatcher } : {}),
    })
  const secrets = [apiKey ?? '', ...Object.values(headers)]
  /** What a provider says of a refusal, for the log: without the key and without what it was asked. */
  const toSaid = (said: string, request: ModelRequest | null) =>
    toLoggedText(said, [...secrets, ...(request?.messages ?? []).flatMap(messageToTexts)])

  /** The body of a refusal may hold the key and parts of a conversation: only its message is logged. */
  const fail = (thrown: unknown, call: ProviderCall, request: ModelRequest | null) => {
    const model = request?.model ?? null
    const error = thrownToModelError(thrown, call)
    const status = call.failure?.status ?? null
    const requestId = call.failure?.headers.get('x-request-id') ?? null
    const fields = { provider: name, model, code: error.code, status, requestId }
    if (error.said !== null) {
      logger?.warn({ event: 'model-refusal', ...fields, said: toSaid(error.said, request) }, 'a provider refused a call')
    }
    if (error.fault === 'ours') logger?.error({ event: 'model-call-broken', provider: name, model, err: error.cause })
    const tokens = error.code === 'context-overflow' && call.failure ? readContextWindow(call.failure.body) : null
    if (tokens !== null && model !== null) onContextWindow?.(model, tokens)
    return error
  }

  /** Makes a call, and repeats it while a refusal says what to change. */
  const attempt = async <Answer>(
    request: ModelRequest,
    call: ProviderCall,
    asks: 'answer' | 'text',
    make: (driver: ModelApiDriver, client: OpenAI, call: ApiCall) => Promise<Answer>,
  ): Promise<{ answer: Answer; plan: CallPlan }> => {
    const { model } = request
    const client = createClient(baseURL, call)
    const known = memory.planOf(model)
    const given = asks === 'answer' ? (pictureModels.get(model) ?? []) : []
    const hasMedia = request.messages.some((message) => mediaOf(message).length > 0)
    const hasToolFiles = request.messages.some((message) => message.role === 'tool' && mediaOf(message).length > 0)
    const hasToolHistory = request.messages.some((message) => message.role === 'tool')
    let plan = known
    let refusedApi: unknown = null
    while (true) {
      const issuer = { host, model, api: plan.api }
      const { signal } = call
      const modalities = plan.modalities && plan.api === 'chat' ? given : []
      const replayOf: ApiCall['replayOf'] = plan.replay ? (message) => openReplay(message, issuer) : () => null
      try {
        const background = mayRun && asks === 'answer' && plan.background && plan.stream && plan.api === 'responses'
        const answer = await make(drivers[plan.api], client, { request, plan, signal, background, replayOf, modalities })
        if (plan !== known) memory.keep(model, plan)
        return { answer, plan }
      } catch (thrown) {
        const { failure } = call
        const mayChangeApi = api === 'auto' && refusedApi === null && !memory.hasChangedApi(model)
        const tools = planToTools(plan, request.tools).map((tool) => toWireName(tool.name))
        const has = { request, hasToolHistory, hasMedia, hasToolFiles, hasModalities: modalities.length > 0 }
        const next = failure && adaptPlan(plan, { failure, mayChangeApi, tools, ...has })
        // Where neither API works, the error of the first one is the relevant one.
        if (!next) throw refusedApi ?? thrown
        if (next.api !== plan.api) refusedApi = fail(thrown, call, request)
        const said = toSaid(thrownToModelError(thrown, call).said ?? '', request)
        const changed = changesBetween(plan, next)
        logger?.warn({ event: 'model-call-adapted', provider: name, model, changed, said }, 'a model is asked in another way')
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
      using call = openCall(request.signal, 'event-stream', request.onSend)
      try {
        call.throwIfStopped()
        const readAgain = async (run: ProviderRun) => ({
          answer: await readRunAgain(createClient(baseURL, call), run, call.signal),
          plan: { ...memory.planOf(request.model), api: 'responses' as const },
        })
        const ask = () =>
          attempt(request, call, 'answer', async (driver, client, asked) => {
            call.expect(asked.plan.stream ? 'event-stream' : 'json')
            return asked.plan.stream ? await driver.stream(client, asked) : toPieces(await driver.complete(client, asked))
          })
        const { answer, plan } = request.run ? await readAgain(request.run) : await ask()
        yield* refusedToolsToNote(plan, request)
        yield* refusedMediaToNote(plan, request)
        yield* refusedParametersToNote(plan, request)
        const mayBeEmpty = request.mayBeEmpty ?? request.messages.at(-1)?.role === 'tool'
        const accumulator = drivers[plan.api].createAccumulator({ mayBeEmpty })
        const watch = createSaidWatch(planToTools(plan, request.tools).length > 0)
        const offered = request.tools.map((tool) => tool.name)
        for await (const piece of untilBroken(answer, () => accumulator.isFinished && !request.signal.aborted)) {
          const run = mayRun && !request.run && plan.background && plan.api === 'responses' ? readRun(piece) : null
          if (run) yield { type: 'run', run }
          for (const event of accumulator.add(piece)) {
            if (event.type === 'end') continue
            call.begin()
            watch.see(event)
            yield event
          }
        }
        if (!accumulator.isFinished || request.signal.aborted) call.throwIfStopped()
        const issuer = { host, model: request.model, api: plan.api }
        for (const event of accumulator.end(call.sawDone)) {
          watch.see(event)
          if (event.type === 'end' && watch.sawWrittenCall) yield { type: 'note', note: { kind: 'tool-call-as-text' } }
          if (event.type === 'end') yield { ...event, usage: await toUsage(event.usage, watch.said) }
          else if (event.type === 'replay') yield { ...event, replay: sealReplay(event.replay, issuer) }
          else yield event.type === 'tool-call' ? { ...event, name: matchToolName(event.name, offered) } : event
        }
      } catch (thrown) {
        throw fail(thrown, call, request)
      }
    },

    async complete(request): Promise<ModelAnswer> {
      using call = openCall(request.signal, 'json', request.onSend)
      try {
        call.throwIfStopped()
        const { answer, plan } = await attempt(request, call, 'text', (driver, client, asked) => driver.complete(client, asked))
        const accumulator = drivers[plan.api].createAccumulator({ mayBeEmpty: false })
        const events = toPieces(answer).flatMap((piece) => accumulator.add(piece))
        return await eventsToAnswer([...events, ...accumulator.end(true)])
      } catch (thrown) {
        throw fail(thrown, call, request)
      }
    },

    async cancelRun({ id }, signal): Promise<void> {
      using call = openCall(signal, 'json')
      try {
        await createClient(baseURL, call).responses.cancel(id, { signal: call.signal })
      } catch (thrown) {
        throw fail(thrown, call, null)
      }
    },

    async list(signal): Promise<readonly ModelInfo[]> {
      using call = openCall(AbortSignal.any([signal, AbortSignal.timeout(listTimeoutMs)]), 'json')
      try {
        call.throwIfStopped()
        const answer: unknown = await createClient(baseURL, call).get('/models', { signal: call.signal })
        pictureModels = readPictureModels(answer)
        return readModels(answer)
      } catch (thrown) {
        throw fail(thrown, call, null)
      }
    },
  }
}

/** Everything in a message that somebody wrote, also as JSON has it. */
function messageToTexts(message: ModelMessage): string[] {
  const args = message.role === 'assistant' ? message.toolCalls.map((call) => call.args) : []
  const names = message.role === 'user' ? (message.files ?? []).map(({ name }) => name) : []
  return [message.content, ...args, ...names].flatMap((text) => [text, JSON.stringify(text).slice(1, -1)])
}

/** An answer in one piece, or the list of what a server streamed nevertheless. */
function toPieces(answer: unknown): readonly unknown[] {
  return Array.isArray(answer) ? answer : [answer]
}

/** An answer that has ended is complete, however the connection ends after it: `isEnough` says whether it has. */
async function* untilBroken(
  pieces: AsyncIterable<unknown> | Iterable<unknown>,
  isEnough: () => boolean,
): AsyncGenerator<unknown, void> {
  try {
    yield* pieces
  } catch (thrown) {
    if (!isEnough()) throw thrown
  }
}

function* refusedToolsToNote(plan: CallPlan, { tools }: ModelRequest): Generator<ModelEvent, void> {
  const offered = tools.length
  const refused = offered - planToTools(plan, tools).length
  if (refused > 0) yield { type: 'note', note: { kind: 'tools-refused', offered, refused } }
}

function* refusedMediaToNote(plan: CallPlan, { messages }: ModelRequest): Generator<ModelEvent, void> {
  const files = planToUnseen(plan, messages).map(({ fileId, name }) => ({ fileId, name }))
  if (files.length > 0) yield { type: 'note', note: { kind: 'files-unseen', files } }
}

function* refusedParametersToNote(plan: CallPlan, request: ModelRequest): Generator<ModelEvent, void> {
  const parameters = [...planToParameters(plan, request).refused]
  if (parameters.length > 0) yield { type: 'note', note: { kind: 'parameters-refused', model: request.model, parameters } }
}

function changesBetween(before: CallPlan, after: CallPlan): Partial<CallPlan> {
  return Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key as keyof CallPlan] !== value))
}

async function eventsToAnswer(events: readonly ReadEvent[]): Promise<ModelAnswer> {
  const said = events.flatMap((event) => (event.type === 'text' || event.type === 'reasoning' ? event.text : [])).join('')
  const answered = events.slice(events.findLastIndex(({ type }) => type === 'was-reasoning') + 1)
  const text = answered.flatMap((event) => (event.type === 'text' ? event.text : [])).join('')
  const end = events.find((event) => event.type === 'end')
  return {
    text,
    finishReason: end?.finishReason ?? 'stop',
    usage: await toUsage(end?.usage ?? null, said),
    ...(end?.costMicroUsd === undefined ? {} : { costMicroUsd: end.costMicroUsd }),
  }
}
