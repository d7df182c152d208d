import type { ConfiguredProvider } from './configured-provider.ts'
import { ModelError } from './model-error.ts'
import type { ModelCatalogue, Models, ProviderInfo } from './model.ts'

interface Found {
  readonly owner: ConfiguredProvider
  /** The model's id as its provider knows it. */
  readonly id: string
}

/**
 * Several providers as one: a model's id leads to the provider that has it.
 * @throws Error for an empty list
 */
export function combineProviders(all: readonly ConfiguredProvider[]): Models {
  const [first] = all
  if (!first) throw new Error('there is no provider of models')

  /** Ids without a provider's name date from the time when there was only one: they lead to the provider whose settings name that model. */
  const find = (model: string): Found | null => {
    for (const owner of all) {
      const id = model.startsWith(owner.prefix) ? model.slice(owner.prefix.length) : ''
      if (id !== '') return owner.has(id) ? { owner, id } : null
    }
    const owner = all.find((candidate) => candidate.configured.includes(model))
    return owner ? { owner, id: model } : null
  }

  const get = (model: string): Found => {
    const found = find(model)
    if (found) return found
    throw new ModelError('model-not-found', 'No configured provider has this model. Choose another one.', { retryable: false })
  }

  const catalogue = async (signal: AbortSignal): Promise<ModelCatalogue> => {
    const parts = await Promise.all(
      all.map(async (owner) => {
        const { models, error } = await owner.list(signal)
        const provider = owner.info
        return {
          models: models.map((model) => ({ ...model, id: owner.prefix + model.id, provider })),
          failures: error ? [{ provider, error }] : [],
        }
      }),
    )
    return { models: parts.flatMap(({ models }) => models), failures: parts.flatMap(({ failures }) => failures) }
  }

  return {
    ...first.info,
    defaultModel: first.prefix + first.defaultModel,
    providers: all.map(({ info }) => info),
    providerOf: (model): ProviderInfo | null => find(model)?.owner.info ?? null,
    async *stream(request) {
      const { owner, id } = get(request.model)
      yield* owner.provider.stream({ ...request, model: id })
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
