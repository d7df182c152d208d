import { calcPrice } from '@pydantic/genai-prices'
import type { Usage } from '@holdfast/shared'
import type { ModelPrices } from './model.ts'

/** Where prices come from, the first that is known. */
export interface PriceSources {
  /** Costs nothing at all, and that is known: the built-in demo. */
  readonly isFree?: boolean
  /** The prices that the operator has set. */
  readonly override?: ModelPrices | null
  /** The prices in the provider's own list. */
  readonly listed?: ModelPrices | null
  /** Tells in the price table whose prices they are. A host that it does not know has none: the same model costs something else there. */
  readonly baseUrl: string
}

export interface CallToPrice {
  /** As its provider calls it. */
  readonly model: string
  readonly usage: Usage
  /** The cost of the call as the provider itself reports it, in millionths of a dollar. */
  readonly reportedMicroUsd?: number | null | undefined
  /** When it was made: prices change with the date, and with some providers with the hour. */
  readonly at?: Date | undefined
}

const tokensOfAPrice = 1_000_000

/** The cost of a call, in whole millionths of a dollar; any cost above zero is at least one. Null: unknown, which is not 0. */
export function priceCall({ model, usage, reportedMicroUsd, at }: CallToPrice, sources: PriceSources): number | null {
  if (typeof reportedMicroUsd === 'number') return reportedMicroUsd
  if (sources.isFree) return 0
  const prices = sources.override ?? sources.listed
  const { inputTokens, outputTokens } = usage
  const cachedTokens = Math.min(usage.cachedInputTokens ?? 0, inputTokens)
  if (prices) {
    const cachedPrice = prices.cachedInputMicroUsd ?? prices.inputMicroUsd
    const sum =
      (inputTokens - cachedTokens) * prices.inputMicroUsd + cachedTokens * cachedPrice + outputTokens * prices.outputMicroUsd
    return toWhole(sum / tokensOfAPrice)
  }
  const found = calcPrice({ input_tokens: inputTokens, cache_read_tokens: cachedTokens, output_tokens: outputTokens }, model, {
    providerApiUrl: sources.baseUrl,
    ...(at && { timestamp: at }),
  })
  return found ? toWhole(found.total_price * 1_000_000) : null
}

/** The prices of a model for a million tokens; in the price table, those of a short prompt. Null: unknown. */
export function readPrices(model: string, sources: PriceSources, at?: Date): ModelPrices | null {
  if (sources.isFree) return { inputMicroUsd: 0, outputMicroUsd: 0, cachedInputMicroUsd: 0 }
  const known = sources.override ?? sources.listed
  if (known) return known
  const price = findInTable(model, sources.baseUrl, at)?.model_price
  const inputMicroUsd = toMicroUsd(price?.['input_mtok'])
  const outputMicroUsd = toMicroUsd(price?.['output_mtok'])
  if (inputMicroUsd === null || outputMicroUsd === null) return null
  return { inputMicroUsd, outputMicroUsd, cachedInputMicroUsd: toMicroUsd(price?.['cache_read_mtok']) }
}

/** Closed models are the same wherever they are offered; open ones have whatever window their host gives them. */
const closedModels = /^(?:gpt-(?!oss)|chatgpt-|o\d|claude-|gemini-|grok-)/u

/** The model's context window in tokens, by the price table. Null: unknown. */
export function readTableWindow(model: string, baseUrl: string): number | null {
  const name = model.split('/').at(-1) ?? model
  const found = findInTable(model, baseUrl) ?? (closedModels.test(name) ? findInTable(name, null) : null)
  return found?.model.context_window ?? null
}

/** `baseUrl` null: the provider that the table associates with the model. */
function findInTable(model: string, baseUrl: string | null, at?: Date) {
  return calcPrice({}, model, { ...(baseUrl !== null && { providerApiUrl: baseUrl }), ...(at && { timestamp: at }) })
}

function toMicroUsd(price: unknown): number | null {
  const dollars = typeof price === 'object' && price !== null && 'base' in price ? price.base : price
  return typeof dollars === 'number' ? Math.round(dollars * 1_000_000) : null
}

function toWhole(microUsd: number): number {
  return microUsd > 0 ? Math.max(1, Math.round(microUsd)) : 0
}
