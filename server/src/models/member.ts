import { isChatModel } from './chat-models.ts'
import { ModelError } from './model-error.ts'
import { createModelList } from './model-list.ts'
import type { ModelFacts } from './model-facts.ts'
import type { PricesByModel, ProviderSettings } from './model-settings.ts'
import type { ModelInfo, ModelProvider, ProviderInfo } from './model.ts'
import { priceCall, readPrices, readTableWindow, type CallToPrice, type PriceSources } from './price.ts'

/** One of the configured providers, with all that is known about its models. Their ids are the provider's own here. */
export interface Member {
  readonly info: ProviderInfo
  readonly provider: ModelProvider
  /** What stands before its models' ids, where there are several providers. */
  readonly prefix: string
  readonly defaultModel: string
  /** The models that the settings name. */
  readonly configured: readonly string[]
  /** Whether this model may be asked: whether it exists, the provider says. */
  has(model: string): boolean
  list(signal: AbortSignal): Promise<{ readonly models: readonly ModelInfo[]; readonly error: ModelError | null }>
  describe(model: string): Promise<ModelInfo>
  price(call: CallToPrice): number | null
  /** `stated`: by the provider itself, in numbers. `seen`: from what it did; then the smallest that was seen counts. */
  learnContextWindow(model: string, tokens: number, how: 'stated' | 'seen'): void
}

export interface MemberOptions {
  readonly id: string
  readonly provider: ModelProvider
  /** Null: the demo. */
  readonly settings: ProviderSettings | null
  readonly prices: PricesByModel
  readonly prefix: string
  readonly facts: ModelFacts
}

/** Their lists hold ids and nothing else. */
const bareLists = /(?:^|\.)(?:openai\.com|openai\.azure\.com|googleapis\.com)$/u

/** How long a description waits for a provider's list, which may know more than we do. */
const patienceMs = 2_000

export function createMember({ id, provider, settings, prices, prefix, facts }: MemberOptions): Member {
  const { name, host, demo, defaultModel } = provider
  const list = createModelList(provider)
  const baseUrl = settings?.baseUrl ?? ''
  const configured = [...new Set([defaultModel, ...(settings?.models ?? [])])]

  const sourcesOf = (model: string): PriceSources => ({
    isFree: demo,
    override: settings?.prices[model] ?? prices[`${id}/${model}`] ?? prices[model] ?? null,
    listed: list.find(model)?.prices ?? null,
    baseUrl,
  })

  const knownWindowOf = (model: string): number | null =>
    toOverride(settings, model) ?? list.find(model)?.contextWindow ?? readTableWindow(model, baseUrl)

  /** What was learnt ends when something else is known than at that time: somebody has given the model another window. */
  const learntWindowOf = (model: string, known: number | null): number | null => {
    const fact = facts.find(host, model)
    if (!fact || fact.contextWindow === null) return null
    return known === null || fact.knownWindow === known ? fact.contextWindow : null
  }

  const windowOf = (model: string): number | null => {
    const known = knownWindowOf(model)
    const learnt = learntWindowOf(model, known)
    return learnt === null ? known : Math.min(learnt, known ?? learnt)
  }

  const toInfo = (model: string): ModelInfo => ({
    id: model,
    contextWindow: windowOf(model),
    prices: readPrices(model, sourcesOf(model)),
  })

  const readList = async (signal: AbortSignal): Promise<{ found: readonly ModelInfo[]; error: ModelError | null }> => {
    try {
      return { found: await list.read(signal), error: null }
    } catch (error) {
      if (!(error instanceof ModelError)) throw error
      return { found: [], error }
    }
  }

  return {
    info: { id, name, host, demo },
    provider,
    prefix,
    defaultModel,
    configured,
    has: (model) => settings?.models?.includes(model) ?? true,
    async list(signal) {
      const { found, error } = await readList(signal)
      const others = settings?.models ? [] : found.map((model) => model.id).filter(isChatModel)
      return { models: [...new Set([...configured, ...others])].map(toInfo), error }
    },
    async describe(model) {
      const mayKnowMore = !demo && toOverride(settings, model) === null && !bareLists.test(host)
      if (mayKnowMore) await readList(AbortSignal.timeout(patienceMs))
      return toInfo(model)
    },
    price: (call) => priceCall(call, sourcesOf(call.model)),
    learnContextWindow(model, tokens, how) {
      const knownWindow = knownWindowOf(model)
      const before = how === 'stated' ? null : learntWindowOf(model, knownWindow)
      facts.learn(host, model, { contextWindow: Math.min(tokens, before ?? tokens), knownWindow })
    },
  }
}

function toOverride(settings: ProviderSettings | null, model: string): number | null {
  const window = settings?.contextWindow ?? null
  return typeof window === 'object' && window !== null ? (window[model] ?? null) : window
}
