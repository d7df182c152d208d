import type { Config } from '../config.ts'
import type { Logger } from '../logger.ts'
import { createDemoProvider } from './demo/create-demo-provider.ts'
import { createMember, type Member } from './member.ts'
import { ModelError } from './model-error.ts'
import { createModelFacts, type ModelFacts } from './model-facts.ts'
import type { ModelCatalogue, Models, ProviderInfo } from './model.ts'
import { createOpenAiProvider } from './openai/create-openai-provider.ts'

/** The providers that the configuration names, as one. Disposing it stops what was started for them. Without `facts`, nothing is learnt for longer. */
export async function createModels(
  { models: settings, modelIdleTimeoutMs: idleTimeoutMs }: Pick<Config, 'models' | 'modelIdleTimeoutMs'>,
  logger: Logger,
  facts: ModelFacts = createModelFacts(),
): Promise<Models & AsyncDisposable> {
  if (settings.providers.length === 0) {
    const demo = await createDemoProvider({ idleTimeoutMs, logger })
    const member = createMember({ id: 'demo', provider: demo, settings: null, prices: settings.prices, prefix: '', facts })
    return { ...joinMembers([member]), [Symbol.asyncDispose]: async () => await demo[Symbol.asyncDispose]() }
  }
  const isOne = settings.providers.length === 1
  const members = settings.providers.map((config): Member => {
    const member: Member = createMember({
      id: config.id,
      provider: createOpenAiProvider({
        config,
        idleTimeoutMs,
        logger,
        onContextWindow: (model, tokens) => member.learnContextWindow(model, tokens, 'stated'),
        facts,
      }),
      settings: config,
      prices: settings.prices,
      prefix: isOne ? '' : `${config.id}/`,
      facts,
    })
    return member
  })
  return { ...joinMembers(members), [Symbol.asyncDispose]: async () => undefined }
}

function joinMembers(members: readonly Member[]): Models {
  const [first] = members
  if (!first) throw new Error('there is no provider of models')

  /** Ids without a provider's name, from the time when there was only one, lead to the provider whose settings name that model. */
  const find = (model: string): { member: Member; id: string } | null => {
    for (const member of members) {
      const id = model.startsWith(member.prefix) ? model.slice(member.prefix.length) : ''
      if (id !== '') return member.has(id) ? { member, id } : null
    }
    const member = members.find((candidate) => candidate.configured.includes(model))
    return member ? { member, id: model } : null
  }

  const get = (model: string): { member: Member; id: string } => {
    const found = find(model)
    if (found) return found
    throw new ModelError('model-not-found', 'No configured provider has this model. Choose another one.', { retryable: false })
  }

  const catalogue = async (signal: AbortSignal): Promise<ModelCatalogue> => {
    const parts = await Promise.all(
      members.map(async (member) => {
        const { models, error } = await member.list(signal)
        const provider = member.info
        return {
          models: models.map((model) => ({ ...model, id: member.prefix + model.id, provider })),
          failures: error ? [{ provider, error }] : [],
        }
      }),
    )
    return { models: parts.flatMap(({ models }) => models), failures: parts.flatMap(({ failures }) => failures) }
  }

  return {
    ...first.info,
    defaultModel: first.prefix + first.defaultModel,
    providers: members.map(({ info }) => info),
    providerOf: (model): ProviderInfo | null => find(model)?.member.info ?? null,
    async *stream(request) {
      const { member, id } = get(request.model)
      yield* member.provider.stream({ ...request, model: id })
    },
    complete: async (request) => {
      const { member, id } = get(request.model)
      return await member.provider.complete({ ...request, model: id })
    },
    async list(signal) {
      const { models, failures } = await catalogue(signal)
      const [failure] = failures
      if (failure && failures.length === members.length) throw failure.error
      return models
    },
    catalogue,
    describe: async (model) => {
      const found = find(model)
      if (!found) return { id: model, contextWindow: null, prices: null }
      return { ...(await found.member.describe(found.id)), id: model }
    },
    price: ({ model, ...call }) => {
      const found = find(model)
      return found ? found.member.price({ model: found.id, ...call }) : (call.reportedMicroUsd ?? null)
    },
    learnContextWindow: (model, tokens) => {
      const found = find(model)
      found?.member.learnContextWindow(found.id, tokens, 'seen')
    },
  }
}
