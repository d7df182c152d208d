import { ModelError } from './model-error.ts'
import type { ModelInfo, ModelProvider } from './model.ts'

/** A provider's own list, asked for at most once in a while, however many want it. */
export interface ModelList {
  /** @throws ModelError what the provider failed with, also for a while after it did; `provider-timeout` when the signal comes first. */
  read(signal: AbortSignal): Promise<readonly ModelInfo[]>
  /** What the last list says about a model; null when there is none yet, or when it says nothing. */
  find(model: string): ModelInfo | null
}

const keptMs = 10 * 60_000
const failureKeptMs = 30_000

export function createModelList(provider: Pick<ModelProvider, 'list'>, now: () => number = () => performance.now()): ModelList {
  let models = new Map<string, ModelInfo>()
  let pending: Promise<readonly ModelInfo[]> | null = null
  let expiresAt = 0

  /** Nobody's signal: those who come later wait for the same answer. The provider limits how long it takes. */
  const ask = async (): Promise<readonly ModelInfo[]> => {
    try {
      const list = await provider.list(new AbortController().signal)
      models = new Map(list.map((model) => [model.id, model]))
      expiresAt = now() + keptMs
      return list
    } catch (error) {
      expiresAt = now() + failureKeptMs
      throw error
    }
  }

  return {
    async read(signal) {
      if (pending === null || now() >= expiresAt) {
        expiresAt = Infinity
        pending = ask()
        pending.catch(() => undefined)
      }
      return await untilAborted(pending, signal)
    },
    find: (model) => models.get(model) ?? null,
  }
}

async function untilAborted<Value>(waiting: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = Promise.withResolvers<never>()
  const stop = () =>
    aborted.reject(
      new ModelError('provider-timeout', 'The model provider took too long. Try again in a moment.', { retryable: true }),
    )
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  try {
    return await Promise.race([waiting, aborted.promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
