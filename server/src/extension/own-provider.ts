import { z } from 'zod'
import { createModelError } from '../models/openai/model-errors.ts'
import { createIdleWatchdog } from '../models/openai/idle-watchdog.ts'
import { createConfiguredProvider, type ConfiguredProvider } from '../models/configured-provider.ts'
import { ModelError } from '../models/model-error.ts'
import type { ModelFacts } from '../models/model-facts.ts'
import type { ProviderSettings } from '../models/model-settings.ts'
import type { ModelAnswer, ModelEvent, ModelProvider, ModelRequest } from '../models/model.ts'
import type { Logger } from '../platform/logger.ts'
import { isProviderError, type OwnProvider } from './define-provider.ts'

interface Deps {
  readonly idleTimeoutMs: number
  readonly firstPieceTimeoutMs: number
  readonly facts: ModelFacts
  readonly logger: Logger
}

const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['text', 'reasoning']), text: z.string() }),
  z.object({ type: z.literal('was-reasoning') }),
  z.object({ type: z.literal('picture'), base64: z.string().nullable() }),
  z.object({ type: z.literal('tool-call'), name: z.string(), args: z.string() }),
  z.object({ type: z.literal('note'), note: z.looseObject({ kind: z.string() }) }),
  z.object({ type: z.literal('run'), run: z.object({ id: z.string(), sequence: z.number() }) }),
  z.object({ type: z.literal('replay'), replay: z.record(z.string(), z.unknown()) }),
  z.object({
    type: z.literal('end'),
    finishReason: z.enum(['stop', 'length', 'content-filter', 'tool-calls']),
    usage: z.looseObject({ inputTokens: z.number(), outputTokens: z.number() }).nullable(),
  }),
])

/** A developer's provider among those of the settings. */
export function toConfiguredProvider(deps: Deps, own: OwnProvider, prefix: string): ConfiguredProvider {
  const { id, name, models } = own
  const withValue = <Value>(read: (model: (typeof models)[number]) => Value | undefined) =>
    Object.fromEntries(models.flatMap((model) => (read(model) === undefined ? [] : [[model.id, read(model) as Value] as const])))
  const settings: ProviderSettings = {
    id,
    name,
    baseUrl: '',
    apiKey: null,
    headers: {},
    api: 'chat',
    background: false,
    defaultModel: models[0]?.id ?? '',
    models: models.map((model) => model.id),
    contextWindow: withValue(({ contextWindow }) => contextWindow),
    prices: withValue(({ prices }) => prices),
    input: withValue(({ input }) => input),
  }
  return createConfiguredProvider({ id, provider: toProvider(deps, own), settings, prices: {}, prefix, facts: deps.facts })
}

function toProvider(deps: Deps, own: OwnProvider): ModelProvider {
  const { id, name, models } = own
  const stream = (request: ModelRequest) => readEvents(deps, own, request)
  return {
    name,
    host: id,
    demo: false,
    defaultModel: models[0]?.id ?? '',
    stream,
    complete: async (request): Promise<ModelAnswer> => {
      let text = ''
      for await (const event of stream(request)) {
        if (event.type === 'text') text += event.text
        if (event.type === 'end') return { ...event, text }
      }
      throw createModelError('provider-truncated')
    },
    list: async () => models.map((model) => ({ contextWindow: null, prices: null, ...model })),
  }
}

/** The events of one call, checked, with the errors and the limits of every provider. @throws ModelError and nothing else */
async function* readEvents(deps: Deps, own: OwnProvider, request: ModelRequest): AsyncIterable<ModelEvent> {
  const { idleTimeoutMs, firstPieceTimeoutMs } = deps
  const controller = new AbortController()
  const stop = () => controller.abort(createModelError(isTimeout(request.signal) ? 'provider-timeout' : 'aborted'))
  request.signal.addEventListener('abort', stop, { once: true })
  if (request.signal.aborted) stop()
  const { signal } = controller
  const stopped = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
  stopped.catch(() => undefined)
  using watchdog = createIdleWatchdog(firstPieceTimeoutMs, () => controller.abort(createModelError('provider-timeout')))
  let iterator: AsyncIterator<ModelEvent> | undefined
  try {
    signal.throwIfAborted()
    iterator = own.stream({ ...request, signal })[Symbol.asyncIterator]()
    for (;;) {
      const next = await watchdog.watch(Promise.race([iterator.next(), stopped]))
      if (next.done === true) throw createModelError('provider-truncated')
      watchdog.setTimeoutMs(idleTimeoutMs)
      const checked = eventSchema.safeParse(next.value)
      if (!checked.success) throw createModelError('provider-malformed', { cause: checked.error })
      yield next.value
      if (next.value.type === 'end') return
    }
  } catch (error) {
    throw toModelError(deps, own, error, signal)
  } finally {
    request.signal.removeEventListener('abort', stop)
    // Aborted, so that a generator which waits for something can end; nobody waits for it.
    if (!signal.aborted) controller.abort(createModelError('aborted'))
    iterator?.return?.().then(undefined, () => undefined)
  }
}

function toModelError({ logger }: Deps, own: OwnProvider, error: unknown, signal: AbortSignal): ModelError {
  if (signal.aborted && signal.reason instanceof ModelError) return signal.reason
  const modelError =
    error instanceof ModelError
      ? error
      : isProviderError(error)
        ? createModelError(error.code, { cause: error.cause, retryAfterMs: error.retryAfterMs })
        : createModelError('provider-error', { cause: error })
  logger.warn(
    { event: 'own-provider-failed', provider: own.id, code: modelError.code, err: error },
    'a provider of a developer failed',
  )
  return modelError
}

function isTimeout({ reason }: AbortSignal): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError'
}
