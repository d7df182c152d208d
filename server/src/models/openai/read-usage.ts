import type { Usage } from '@holdfast/shared'
import { readCount, readRecord, type JsonRecord } from './read-json.ts'

/**
 * The usage that a chunk, an event's response or a whole answer reports, wherever it stands: beside the choices, in one (Moonshot), or
 * under `x_groq`; under the names of either API. Null when it does not.
 */
export function readUsage(chunk: JsonRecord, choice: JsonRecord | null = null): Usage | null {
  const usage = readRecord(chunk['usage']) ?? readRecord(readRecord(chunk['x_groq'])?.['usage']) ?? readRecord(choice?.['usage'])
  if (!usage) return null
  const inputTokens = readCount(usage['prompt_tokens']) ?? readCount(usage['input_tokens'])
  const outputTokens = readCount(usage['completion_tokens']) ?? readCount(usage['output_tokens'])
  if (inputTokens === null && outputTokens === null) return null
  const details = readRecord(usage['prompt_tokens_details']) ?? readRecord(usage['input_tokens_details'])
  const cached =
    readCount(details?.['cached_tokens']) ?? readCount(usage['prompt_cache_hit_tokens']) ?? readCount(usage['cached_tokens'])
  const missing = Math.max(0, (readCount(usage['total_tokens']) ?? 0) - (inputTokens ?? 0) - (outputTokens ?? 0))
  // What only the total counts: with some, input from the cache; with Gemini and xAI, thoughts, which are paid for as output.
  const isCacheApart = cached !== null && cached > 0 && (missing === cached || cached > (inputTokens ?? 0))
  return {
    inputTokens: (inputTokens ?? 0) + (isCacheApart ? cached : 0),
    outputTokens: (outputTokens ?? 0) + (isCacheApart ? Math.max(0, missing - cached) : missing),
    ...(cached === null ? {} : { cachedInputTokens: cached }),
    estimated: false,
  }
}

/**
 * What the provider says that the call cost (OpenRouter, in dollars), in millionths of a dollar. Null when it does not. With a key of
 * one's own there, `cost` is its fee alone and what the model costs stands beside it.
 */
export function readCostMicroUsd(chunk: JsonRecord): number | null {
  const usage = readRecord(chunk['usage'])
  const cost = readDollars(usage?.['cost'])
  if (cost === null) return null
  const upstream = usage?.['is_byok'] === true ? readDollars(readRecord(usage['cost_details'])?.['upstream_inference_cost']) : 0
  return Math.round((cost + (upstream ?? 0)) * 1_000_000)
}

function readDollars(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null
}
