import type { ProviderKind } from '@holdfast/shared'
import { isChatModel } from '../models/chat-models.ts'

/** What people of each kind of provider mostly mean: quick, cheap, and good enough for a chat. The first that is listed counts. */
const usual: Partial<Record<ProviderKind, readonly RegExp[]>> = {
  openai: [/^gpt-4\.1-mini$/u, /^gpt-[\d.]+-mini$/u, /^gpt-/u],
  gemini: [/^gemini-2\.5-flash$/u, /^gemini-[\d.]+-flash$/u, /^gemini-/u],
  anthropic: [/sonnet/u, /haiku/u],
  mistral: [/^mistral-small-latest$/u, /^mistral-(?:small|medium|large)/u],
  groq: [/llama.*versatile/u, /llama/u],
  openrouter: [/^openrouter\/auto$/u, /^openai\/gpt-4\.1-mini$/u],
}

/** Of providers whose list cannot be read. */
const withoutList: Partial<Record<ProviderKind, string>> = { openai: 'gpt-4.1-mini', gemini: 'gemini-2.5-flash' }

/** The model to begin with; null when nothing says which there are. `models`: as the provider lists them. */
export function chooseUsualModel(kind: ProviderKind, models: readonly string[]): string | null {
  const able = models.filter(isChatModel)
  for (const pattern of usual[kind] ?? []) {
    const found = able.find((model) => pattern.test(model))
    if (found !== undefined) return found
  }
  return able[0] ?? withoutList[kind] ?? null
}
