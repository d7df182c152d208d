import { untilAborted } from '../platform/until-aborted.ts'
import { ModelError } from './model-error.ts'
import type { ModelInfo, ModelProvider } from './model.ts'

/** A provider's list of models, cached: one request serves all callers. */
export interface ModelList {
  /** @throws ModelError what the provider failed with, also for a while after it did; `provider-timeout` when the signal comes first. */
  read(signal: AbortSignal): Promise<readonly ModelInfo[]>
  /** The entry of a model in the last list; null when there is no list yet, or no entry. */
  find(model: string): ModelInfo | null
}

const keptMs = 10 * 60_000
const failureKeptMs = 30_000

export function createModelList(provider: Pick<ModelProvider, 'list'>, now: () => number = () => performance.now()): ModelList {
  let models = new Map<string, ModelInfo>()
  let pending: Promise<readonly ModelInfo[]> | null = null
  let expiresAt = 0

  /** Not aborted by a caller's signal, since later callers share the answer. The provider limits how long it takes. */
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
      try {
        return await untilAborted(pending, signal)
      } catch (error) {
        if (!signal.aborted || error !== signal.reason) throw error
        throw new ModelError('provider-timeout', 'The model provider took too long. Try again in a moment.', { retryable: true })
      }
    },
    find: (model) => models.get(model) ?? null,
  }
}
