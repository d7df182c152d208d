/**
 * The window of a model of which nothing is known. Most models hold more by now, and a prompt that is too long is refused and shortened;
 * one that is shortened for nothing makes a model forget.
 */
export const assumedContextWindow = 32_768

const largestReserve = 4096
const reservedPart = 0.25
const certainPart = 0.95

/**
 * The token budget, by our own count, of a request's messages: the window without room for the answer (4096 tokens, or a
 * quarter of a small window), without the tools, and less 5 %, because a count is not exact. `ratio`: the model's tokens for one of
 * ours. At least 0.
 */
export function toMessageBudget({
  contextWindow,
  ratio = 1,
  toolTokens = 0,
}: {
  readonly contextWindow: number | null
  readonly ratio?: number
  readonly toolTokens?: number
}): number {
  const window = contextWindow ?? assumedContextWindow
  const reserve = Math.min(largestReserve, window * reservedPart)
  return Math.max(0, Math.floor(((window - reserve) * certainPart) / ratio - toolTokens))
}
