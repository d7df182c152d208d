/**
 * The window of a model of which nothing is known. Most models hold more by now, and a prompt that is too long is refused and shortened;
 * one that is shortened for nothing makes a model forget.
 */
export const assumedContextWindow = 32_768

const largestReserve = 4096
const reservedPart = 0.25
/** Of a limit that is larger, the provider has to make do with less. */
const largestReservedPart = 0.5
const certainPart = 0.95

/**
 * The token budget, by our own count, of a request's messages: the window without room for the answer (4096 tokens, or a
 * quarter of a small window; or as many as it is limited to), without the tools, and less 5 %, because a count is not exact. `ratio`: the model's tokens for one of
 * ours. At least 0.
 */
export function toMessageBudget({
  contextWindow,
  ratio = 1,
  toolTokens = 0,
  maxOutputTokens,
}: {
  readonly contextWindow: number | null
  readonly ratio?: number
  readonly toolTokens?: number
  /** The limit of the answer, where there is one. */
  readonly maxOutputTokens?: number | undefined
}): number {
  const window = contextWindow ?? assumedContextWindow
  // Providers refuse a prompt that leaves no room for all that they are allowed to write.
  const reserve =
    maxOutputTokens === undefined
      ? Math.min(largestReserve, window * reservedPart)
      : Math.min(maxOutputTokens, window * largestReservedPart)
  return Math.max(0, Math.floor(((window - reserve) * certainPart) / ratio - toolTokens))
}
