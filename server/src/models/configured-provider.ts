import type { InputKind } from '@holdfast/shared'
import { isChatModel } from './chat-models.ts'
import { ModelError } from './model-error.ts'
import { createModelList } from './model-list.ts'
import type { ModelFacts } from './model-facts.ts'
import type { PricesByModel, ProviderSettings } from './model-settings.ts'
import type { ModelInfo, ModelProvider, ProviderInfo } from './model.ts'
import { readInputFromName } from './read-input.ts'
import { priceCall, readPrices, readTableWindow, type CallToPrice, type PriceSources } from './price.ts'

/** One of the configured providers, with all that is known about its models. Their ids are the provider's own here. */
export interface ConfiguredProvider {
  readonly info: ProviderInfo
  readonly provider: ModelProvider
  /** The prefix of its models' ids where there are several providers, else empty. */
  readonly prefix: string
  readonly defaultModel: string
  /** The models that the settings name. */
  readonly configured: readonly string[]
  /** Whether this model may be asked: whether it exists, the provider says. */
  has(model: string): boolean
  list(signal: AbortSignal): Promise<{ readonly models: readonly ModelInfo[]; readonly error: ModelError | null }>
  describe(model: string): Promise<ModelInfo>
  price(call: CallToPrice): number | null
  /** The provider refused a prompt. `stated`: it said in numbers what fits. `seen`: it did not; the smallest that was refused counts. */
  learnContextWindow(model: string, tokens: number, how: 'stated' | 'seen'): void
  /** The model has read a prompt with this many tokens: a learnt window that is smaller is wrong. */
  unlearnContextWindow(model: string, readTokens: number): void
}

export interface ConfiguredProviderOptions {
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

/** The demo says what it was given. */
const demoInput: readonly InputKind[] = ['text', 'image']

/** The time for which a description waits for a provider's list, which may know more than we do. */
const patienceMs = 2_000

export function createConfiguredProvider({
  id,
  provider,
  settings,
  prices,
  prefix,
  facts,
}: ConfiguredProviderOptions): ConfiguredProvider {
  const { name, host, demo, defaultModel } = provider
  const list = createModelList(provider)
  const baseUrl = settings?.baseUrl ?? ''
  const configured = [...new Set([defaultModel, ...(settings?.models ?? [])])]

  /** The most tokens that each model has read in one prompt, since the start. */
  const mostRead = new Map<string, number>()

  const sourcesOf = (model: string): PriceSources => ({
    isFree: demo,
    override: settings?.prices[model] ?? prices[`${id}/${model}`] ?? prices[model] ?? null,
    listed: list.find(model)?.prices ?? null,
    baseUrl,
  })

  const knownWindowOf = (model: string): number | null =>
    toOverride(settings, model) ?? list.find(model)?.contextWindow ?? readTableWindow(model, baseUrl)

  /** A learnt window is dropped once the known one differs from that time: the model was given another window. */
  const learntWindowOf = (model: string, known: number | null): number | null => {
    const fact = facts.find(host, model)
    if (!fact || fact.contextWindow === null) return null
    return known === null || fact.knownWindow === known ? fact.contextWindow : null
  }

  /** The operator's word counts, whatever was learnt. */
  const windowOf = (model: string): number | null => {
    const override = toOverride(settings, model)
    if (override !== null) return override
    const known = knownWindowOf(model)
    const learnt = learntWindowOf(model, known)
    return learnt === null ? known : Math.min(learnt, known ?? learnt)
  }

  const inputOf = (model: string): readonly InputKind[] | null => {
    // It was refused once: text is sent where there is some.
    if (facts.find(host, model)?.plan['media'] === false) return ['text']
    return (demo ? demoInput : toInputOverride(settings, model)) ?? list.find(model)?.input ?? readInputFromName(model, host)
  }

  const toInfo = (model: string): ModelInfo => {
    const input = inputOf(model)
    return {
      id: model,
      contextWindow: windowOf(model),
      prices: readPrices(model, sourcesOf(model)),
      ...(input ? { input } : {}),
    }
  }

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
      if (how === 'seen' && tokens <= (mostRead.get(model) ?? 0)) return
      facts.learn(host, model, { contextWindow: Math.min(tokens, before ?? tokens), knownWindow })
    },
    unlearnContextWindow(model, readTokens) {
      if (readTokens > (mostRead.get(model) ?? 0)) mostRead.set(model, readTokens)
      const learnt = facts.find(host, model)?.contextWindow ?? null
      if (learnt !== null && learnt < readTokens) facts.learn(host, model, { contextWindow: null, knownWindow: null })
    },
  }
}

function toOverride(settings: ProviderSettings | null, model: string): number | null {
  const window = settings?.contextWindow ?? null
  return typeof window === 'object' && window !== null ? (window[model] ?? null) : window
}

function toInputOverride(settings: ProviderSettings | null, model: string): readonly InputKind[] | null {
  const input = settings?.input ?? null
  return input === null || isList(input) ? input : (input[model] ?? null)
}

function isList(input: NonNullable<ProviderSettings['input']>): input is readonly InputKind[] {
  return Array.isArray(input)
}
