import { inputKinds, type InputKind } from '@holdfast/shared'
import type { ModelInfo, ModelPrices } from '../model.ts'
import { isRecord, readCount, readRecord, readText, type JsonRecord } from './read-json.ts'

/**
 * The models in a provider's list: under `data` in the format, under `models` or bare at some. Gemini writes `models/` before each id
 * and takes them without it.
 */
export function readModels(answer: unknown): ModelInfo[] {
  const models = new Map<string, ModelInfo>()
  for (const entry of toEntries(answer)) {
    const model = readModel(entry)
    if (model && !models.has(model.id)) models.set(model.id, model)
  }
  return [...models.values()]
}

function toEntries(answer: unknown): readonly unknown[] {
  const list = readRecord(answer)?.['data'] ?? readRecord(answer)?.['models'] ?? answer
  return Array.isArray(list) ? list : []
}

function readId(entry: unknown): string | null {
  const model = readRecord(entry) ?? {}
  const id = readText(model['id']) ?? readText(model['name']) ?? readText(entry)
  return id === null ? null : id.replace(/^models\//u, '')
}

function readModel(entry: unknown): ModelInfo | null {
  const model = readRecord(entry) ?? {}
  const id = readId(entry)
  if (id === null) return null
  const input = readInput(model)
  return {
    id,
    contextWindow: readWindow(model),
    prices: readPrices(model),
    ...(input ? { input } : {}),
  }
}

/** vLLM, OpenRouter, Groq, llama.cpp, Mistral and LM Studio each have a name of their own for it; where two are given, the smaller counts. */
function readWindow(model: JsonRecord): number | null {
  const found = [
    model['max_model_len'],
    model['context_length'],
    model['context_window'],
    model['max_context_length'],
    model['loaded_context_length'],
    readRecord(model['top_provider'])?.['context_length'],
    readRecord(model['meta'])?.['n_ctx'],
  ].flatMap((value) => readCount(value) || [])
  return found.length === 0 ? null : Math.min(...found)
}

/** OpenRouter and vLLM's relatives list modalities, Mistral says `capabilities.vision`. A `file` is a PDF. */
function readInput(model: JsonRecord): InputKind[] | null {
  const listed = readRecord(model['architecture'])?.['input_modalities'] ?? model['input_modalities']
  if (Array.isArray(listed)) {
    const names = listed.map((name: unknown) => (name === 'file' ? 'pdf' : name))
    return inputKinds.filter((kind) => kind === 'text' || names.includes(kind))
  }
  const vision = readRecord(model['capabilities'])?.['vision']
  return typeof vision === 'boolean' ? (vision ? ['text', 'image'] : ['text']) : null
}

/** What a model gives by the same lists, by id, where that is more than text: the `modalities` that it has to be asked for. */
export function readPictureModels(answer: unknown): ReadonlyMap<string, readonly OutputKind[]> {
  const found = new Map<string, readonly OutputKind[]>()
  for (const entry of toEntries(answer)) {
    const model = readRecord(entry) ?? {}
    const id = readId(entry)
    const listed = readRecord(model['architecture'])?.['output_modalities'] ?? model['output_modalities']
    if (id === null || !Array.isArray(listed) || !listed.includes('image')) continue
    found.set(
      id,
      outputKinds.filter((kind) => listed.includes(kind)),
    )
  }
  return found
}

const outputKinds = ['text', 'image'] as const
export type OutputKind = (typeof outputKinds)[number]

/** OpenRouter writes dollars for one token, as text. A negative price is none: it depends on the model that a router chooses. */
function readPrices(model: JsonRecord): ModelPrices | null {
  const pricing = model['pricing']
  if (!isRecord(pricing)) return null
  const read = (name: string): number | null => {
    const dollars = pricing[name]
    const price = typeof dollars === 'string' && dollars.trim() !== '' ? Number(dollars) : dollars
    return typeof price === 'number' && Number.isFinite(price) && price >= 0 ? Math.round(price * 1e12) : null
  }
  const inputMicroUsd = read('prompt')
  const outputMicroUsd = read('completion')
  if (inputMicroUsd === null || outputMicroUsd === null) return null
  return { inputMicroUsd, outputMicroUsd, cachedInputMicroUsd: read('input_cache_read') }
}
