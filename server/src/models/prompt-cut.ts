import type { Usage } from '@holdfast/shared'

/** Below this part of what we sent, a provider has not read all of it: no tokenizer is that far off. */
const readPart = 0.6
const fewestTokens = 1000
/** No server runs a chat model with less: who reports fewer tokens counts something else, and nothing was cut. */
const smallestWindow = 2048

/**
 * Ollama and others drop the front of a prompt that does not fit, without a word: the instructions and the tools go first. What gives
 * it away is how few tokens they report. `estimatedTokens`: our count of the prompt with its tools, by the model's ratio.
 * Gives how many tokens the model seems to hold, a power of two; null when nothing was cut, or nobody can tell.
 */
export function findPromptCut({
  estimatedTokens,
  usage,
}: {
  readonly estimatedTokens: number
  readonly usage: Usage | null
}): number | null {
  if (!usage || usage.estimated || usage.inputTokens === 0 || estimatedTokens < fewestTokens) return null
  if (usage.inputTokens >= estimatedTokens * readPart || usage.inputTokens <= smallestWindow / 2) return null
  return 2 ** Math.ceil(Math.log2(usage.inputTokens))
}
