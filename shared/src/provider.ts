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
