import type { Usage } from '@holdfast/shared'
import { readCount, readRecord, type JsonRecord } from './read-json.ts'

/** The usage that a chunk reports, wherever it stands: beside the choices, in one (Moonshot), or under `x_groq`. Null when it does not. */
export function readUsage(chunk: JsonRecord, choice: JsonRecord | null): Usage | null {
  const usage = readRecord(chunk['usage']) ?? readRecord(readRecord(chunk['x_groq'])?.['usage']) ?? readRecord(choice?.['usage'])
  if (!usage) return null
  const inputTokens = readCount(usage['prompt_tokens'])
  const outputTokens = readCount(usage['completion_tokens'])
  if (inputTokens === null && outputTokens === null) return null
  const cached =
    readCount(readRecord(usage['prompt_tokens_details'])?.['cached_tokens']) ?? readCount(usage['prompt_cache_hit_tokens'])
  return {
    inputTokens: inputTokens ?? 0,
    outputTokens: outputTokens ?? 0,
    ...(cached === null ? {} : { cachedInputTokens: cached }),
    estimated: false,
  }
}
