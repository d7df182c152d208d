export interface Endpoints {
  /** Where `/api/auth/*` lives, without a slash at its end. */
  readonly base: string
  readonly http: string
  readonly webSocket: string
}

/**
 * @param url Where the server is, e.g. `https://chat.example.com`; a path in front of it is kept. Empty in a page: its own origin.
 */
export function urlToEndpoints(url: string): Endpoints {
  const absolute = new URL(url === '' ? '/' : url, globalThis.location?.href)
  const base = `${absolute.origin}${absolute.pathname.replace(/\/+$/u, '')}`
  return { base, http: `${base}/trpc`, webSocket: `${base.replace(/^http/u, 'ws')}/trpc` }
}
