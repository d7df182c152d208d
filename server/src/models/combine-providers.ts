import { isAddedModel } from '@holdfast/shared'
import type { ConfiguredProvider } from './configured-provider.ts'
import { ModelError } from './model-error.ts'
import type { ModelCatalogue, Models, ProviderInfo } from './model.ts'

interface Found {
  readonly owner: ConfiguredProvider
  /** The model's id as its provider knows it. */
  readonly id: string
}

export interface CombineOptions {
  /** Of the default model, with its prefix. Taken where one of the providers has it; otherwise the default is that of the first one. */
  readonly defaultModel?: string | null
  /** These are not offered. They answer for the models that their settings name, so that what has begun with them can end. */
  readonly hidden?: readonly ConfiguredProvider[]
  /** These are not offered either. They are asked by their prefixed ids when others fail, and come last. */
  readonly reserve?: readonly ConfiguredProvider[]
  /** The models that are to be asked when one of this provider fails, in their order. Those that nobody has are left out. */
  readonly fallbacksOf?: (model: string, provider: ProviderInfo) => readonly string[]
}

/**
 * Several providers as one: a model's id leads to the provider that has it.
 * @throws Error for an empty list
 */
export function combineProviders(all: readonly ConfiguredProvider[], options: CombineOptions = {}): Models {
  const [first] = all
  if (!first) throw new Error('there is no provider of models')
  const { hidden = [], reserve = [] } = options
  const prefixed = [...all.filter(({ prefix }) => prefix !== ''), ...reserve]
  const bare = all.filter(({ prefix }) => prefix === '')

  /** Ids without a provider's name date from the time when there was only one: they lead to the provider whose settings name that model. */
  const find = (model: string): Found | null => {
    for (const owner of prefixed) {
      const id = model.startsWith(owner.prefix) ? model.slice(owner.prefix.length) : ''
      if (id !== '') return owner.has(id) ? { owner, id } : null
    }
    // A provider that was removed, or is somebody else's: no other one is asked for its models.
    if (isAddedModel(model)) return null
    const answering = hidden.find(({ configured }) => configured.includes(model))
    if (answering) return { owner: answering, id: model }
    for (const owner of bare) return owner.has(model) ? { owner, id: model } : null
    const owner = all.find((candidate) => candidate.configured.includes(model))
    return owner ? { owner, id: model } : null
  }

  const get = (model: string): Found => {
    const found = find(model)
    if (found) return found
    throw new ModelError('model-not-found', 'No configured provider has this model. Choose another one.', { retryable: false })
  }

  const { defaultModel = null } = options
  const findOffered = (model: string) => {
    const found = find(model)
    return found && !hidden.includes(found.owner) && !reserve.includes(found.owner) ? found : null
  }
  const chosen = (defaultModel === null ? null : findOffered(defaultModel)) ?? { owner: first, id: first.defaultModel }

  const catalogue = async (signal: AbortSignal): Promise<ModelCatalogue> => {
    const parts = await Promise.all(
      all.map(async (owner) => {
        const { models, error } = await owner.list(signal)
        const provider = owner.info
        return {
          models: models.map((model) => ({ ...model, id: owner.prefix + model.id, name: model.id, provider })),
          failures: error ? [{ provider, error }] : [],
        }
      }),
    )
    return { models: parts.flatMap(({ models }) => models), failures: parts.flatMap(({ failures }) => failures) }
  }

  return {
    ...chosen.owner.info,
    defaultModel: chosen.owner.prefix + chosen.id,
    providers: all.map(({ info }) => info),
    providerOf: (model): ProviderInfo | null => find(model)?.owner.info ?? null,
    async *stream(request) {
      const { owner, id } = get(request.model)
      yield* owner.provider.stream({ ...request, model: id })
    },
    cancelRunOf: async (model, run, signal) => {
      const found = find(model)
      await found?.owner.provider.cancelRun?.(run, signal)
    },
    complete: async (request) => {
      const { owner, id } = get(request.model)
      return await owner.provider.complete({ ...request, model: id })
    },
    async list(signal) {
      const { models, failures } = await catalogue(signal)
      const [failure] = failures
      if (failure && failures.length === all.length) throw failure.error
      return models
    },
    catalogue,
    fallbacksOf: (model) => {
      const found = find(model)
      const listed = found && options.fallbacksOf ? options.fallbacksOf(model, found.owner.info) : []
      return [...new Set(listed)].filter((id) => id !== model && find(id)?.owner.info.demo === false)
    },
    nameOf: (model) => find(model)?.id ?? model,
    describe: async (model) => {
      const found = find(model)
      if (!found) return { id: model, contextWindow: null, prices: null }
      return { ...(await found.owner.describe(found.id)), id: model }
    },
    price: ({ model, ...call }) => {
      const found = find(model)
      return found ? found.owner.price({ model: found.id, ...call }) : (call.reportedMicroUsd ?? null)
    },
    learnContextWindow: (model, tokens) => {
      const found = find(model)
      found?.owner.learnContextWindow(found.id, tokens, 'seen')
    },
    unlearnContextWindow: (model, readTokens) => {
      const found = find(model)
      found?.owner.unlearnContextWindow(found.id, readTokens)
    },
  }
}
