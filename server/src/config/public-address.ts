/**
 * The first parts of paths that only programs ask for. A path of `PUBLIC_URL` must not begin so: behind a proxy that takes it off, nobody
 * could tell `/api/…` of the server from what is left of `/api/…` of the proxy.
 */
export const programFolders = ['api', 'assets', 'health', 'mcp', 'metrics', 'share', 'trpc', 'v1', '.well-known'] as const

/** Needs no escaping in an address, in HTML or in the name of a cookie. */
const pathPattern = /^(?:\/[\w~-][\w.~-]*)*\/?$/u

/** What is wrong with the path of a public address; null: nothing. */
export function findPathProblem({ pathname }: URL): string | null {
  const [, first = ''] = pathname.split('/')
  if (programFolders.some((name) => name === first)) {
    return `must have a path that does not begin with /${first}, where the server itself answers programs`
  }
  return pathPattern.test(pathname) ? null : 'must have a path of letters, digits and . _ ~ -, like /chat'
}

/** The path under which the server is reached: empty, or like `/chat`, without a slash at its end. */
export function toBasePath({ pathname }: URL): string {
  return pathname.replace(/\/$/u, '')
}

/** The address in front of every path of the server, without a slash at its end, e.g. `https://example.com/chat`. */
export function toPublicAddress(publicUrl: URL): string {
  return publicUrl.origin + toBasePath(publicUrl)
}
