/** Whose programming interface a provider has, and so how it is asked and where its models are. */
export const providerKinds = [
  'openai',
  'gemini',
  'anthropic',
  'mistral',
  'groq',
  'openrouter',
  'ollama',
  'lm-studio',
  'vllm',
  'compatible',
  'local',
] as const
export type ProviderKind = (typeof providerKinds)[number]

/** Kinds that can be added by hand. `local` is run by the server itself. */
export const addableProviderKinds = providerKinds.filter((kind) => kind !== 'local')

/** Where the API of a kind is when nothing else is said. Null: everybody has it somewhere else. */
export const providerBaseUrls: Readonly<Record<ProviderKind, string | null>> = {
  openai: 'https://api.openai.com/v1',
  gemini: 'https://generativelanguage.googleapis.com/v1beta/openai/',
  anthropic: 'https://api.anthropic.com/v1/',
  mistral: 'https://api.mistral.ai/v1',
  groq: 'https://api.groq.com/openai/v1',
  openrouter: 'https://openrouter.ai/api/v1',
  ollama: 'http://127.0.0.1:11434/v1',
  'lm-studio': 'http://127.0.0.1:1234/v1',
  vllm: null,
  compatible: null,
  local: null,
}

/** What stands before the names of the models of a provider that was added in the page: its kind and a part of its id. */
export function toAddedPrefix({ kind, id }: { readonly kind: ProviderKind; readonly id: string }): string {
  return `${kind}-${id.slice(-8)}/`
}

const addedPrefix = new RegExp(`^(?:${providerKinds.join('|')})-[0-9a-f]{8}/`, 'u')

/** Whether a model's id is that of a provider that was added in the page. */
export function isAddedModel(model: string): boolean {
  return addedPrefix.test(model)
}
