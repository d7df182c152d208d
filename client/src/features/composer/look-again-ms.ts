const firstMs = 2_000
const longestMs = 60_000

/**
 * When to ask again for a file of a draft that another device sends. The user's activity says when it is ready; what nothing says is that
 * the other device has begun, or that the server can be reached again. False: never.
 */
export function lookAgainMs({
  status,
  errorUpdateCount,
}: {
  readonly status: string
  readonly errorUpdateCount: number
}): number | false {
  return status === 'error' ? Math.min(longestMs, firstMs * 2 ** (errorUpdateCount - 1)) : false
}
