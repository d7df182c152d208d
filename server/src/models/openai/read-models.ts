import type { ModelInfo } from '../model.ts'
import { isRecord, readRecord, readText } from './read-json.ts'

/**
 * The models in a provider's list: under `data` in the format, under `models` or bare at some. Gemini writes `models/` before each id
 * and takes them without it.
 */
export function readModels(answer: unknown): ModelInfo[] {
  const list = readRecord(answer)?.['data'] ?? readRecord(answer)?.['models'] ?? answer
  if (!Array.isArray(list)) return []
  const ids = list
    .map((model: unknown) => (isRecord(model) ? (readText(model['id']) ?? readText(model['name'])) : readText(model)))
    .flatMap((id) => id?.replace(/^models\//u, '') ?? [])
  return [...new Set(ids)].map((id) => ({ id }))
}
