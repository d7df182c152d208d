import type { Usage } from '@holdfast/shared'
import { countTokens } from '../count-tokens.ts'
import { readCount, readRecord, type JsonRecord } from './read-json.ts'

/** The usage that a provider reports. Null: it does not report the number; so does a zero, which proxies write where they do not know. */
export interface ReportedUsage {
  readonly inputTokens: number | null
  readonly outputTokens: number | null
  readonly cachedInputTokens: number | null
}

/**
 * The usage that a chunk, an event's response or a whole answer reports, wherever it stands: beside the choices, in one (Moonshot), or
 * under `x_groq`; under the names of either API. Null when it reports none.
 */
export function readUsage(chunk: JsonRecord, choice: JsonRecord | null = null): ReportedUsage | null {
  const usage = readRecord(chunk['usage']) ?? readRecord(readRecord(chunk['x_groq'])?.['usage']) ?? readRecord(choice?.['usage'])
  if (!usage) return null
  const inputTokens = readPositive(usage['prompt_tokens']) ?? readPositive(usage['input_tokens'])
  const outputTokens = readPositive(usage['completion_tokens']) ?? readPositive(usage['output_tokens'])
  if (inputTokens === null && outputTokens === null) return null
  const details = readRecord(usage['prompt_tokens_details']) ?? readRecord(usage['input_tokens_details'])
  const cached =
    readCount(details?.['cached_tokens']) ?? readCount(usage['prompt_cache_hit_tokens']) ?? readCount(usage['cached_tokens'])
  const missing = Math.max(0, (readCount(usage['total_tokens']) ?? 0) - (inputTokens ?? 0) - (outputTokens ?? 0))
  // Tokens that only the total counts: with some providers, input from the cache; with Gemini and xAI, thoughts, which cost as output.
  const isCacheApart = cached !== null && cached > 0 && (missing === cached || cached > (inputTokens ?? 0))
  return {
    inputTokens: addTo(inputTokens, isCacheApart ? cached : 0),
    outputTokens: addTo(outputTokens, isCacheApart ? Math.max(0, missing - cached) : missing),
    cachedInputTokens: cached,
  }
}

/** A later report replaces an earlier one, as far as it says something. */
export function mergeUsage(before: ReportedUsage | null, after: ReportedUsage | null): ReportedUsage | null {
  if (!before || !after) return after ?? before
  return {
    inputTokens: after.inputTokens ?? before.inputTokens,
    outputTokens: after.outputTokens ?? before.outputTokens,
    cachedInputTokens: after.cachedInputTokens ?? before.cachedInputTokens,
  }
}

/**
 * The usage of a call. `said` is all that the model wrote: where only the output is not reported, it is counted. Null: the input is
 * not known.
 */
export async function toUsage(reported: ReportedUsage | null, said: string): Promise<Usage | null> {
  if (!reported || reported.inputTokens === null) return null
  const { inputTokens, outputTokens, cachedInputTokens: cached } = reported
  return {
    inputTokens,
    outputTokens: outputTokens ?? (await countTokens(said)),
    ...(cached === null ? {} : { cachedInputTokens: cached }),
    estimated: outputTokens === null && said !== '',
  }
}

function readPositive(value: unknown): number | null {
  return readCount(value) || null
}

function addTo(count: number | null, more: number): number | null {
  return count === null && more === 0 ? null : readCount((count ?? 0) + more)
}

/** More dollars than one call costs. */
const maxDollars = 10_000

/**
 * The call's cost as the provider reports it (OpenRouter, in dollars), in millionths of a dollar. Null when it reports none. With a key of
 * one's own there, `cost` is its fee alone and the model's own cost stands beside it.
 */
export function readCostMicroUsd(chunk: JsonRecord): number | null {
  const usage = readRecord(chunk['usage'])
  const cost = readDollars(usage?.['cost'])
  if (cost === null) return null
  const upstream = usage?.['is_byok'] === true ? readDollars(readRecord(usage['cost_details'])?.['upstream_inference_cost']) : 0
  return Math.round((cost + (upstream ?? 0)) * 1_000_000)
}

function readDollars(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= maxDollars ? value : null
}
