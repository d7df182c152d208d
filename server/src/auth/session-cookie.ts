const libraryPrefix = '__Secure-'
const ourPrefix = '__Host-'

/**
 * Over https cookies are named `__Host-…`, which browsers take from this host alone: not from another one of the same domain. The library
 * knows them as `__Secure-…`, as browsers that signed in to an older version still do.
 */
export function toLibraryCookies(header: string): string {
  const cookies = header.split(/;\s*/u)
  const names = new Set(cookies.map((cookie) => cookie.split('=', 1)[0]))
  return cookies
    .filter((cookie) => {
      const name = cookie.split('=', 1)[0] ?? ''
      // Another host of the domain may have planted it.
      return !(name.startsWith(libraryPrefix) && names.has(ourPrefix + name.slice(libraryPrefix.length)))
    })
    .map((cookie) => (cookie.startsWith(ourPrefix) ? libraryPrefix + cookie.slice(ourPrefix.length) : cookie))
    .join('; ')
}

/** What the library answers, as browsers get it: the names of the cookies, and a body without the token of the session. */
export async function toOwnResponse(response: Response): Promise<Response> {
  const headers = new Headers(response.headers)
  const cookies = response.headers.getSetCookie()
  headers.delete('set-cookie')
  for (const cookie of cookies) headers.append('set-cookie', toOwnCookie(cookie))
  const { status } = response
  if (response.body === null) return new Response(null, { status, headers })
  const text = await response.text()
  headers.delete('content-length')
  const isJson = headers.get('content-type')?.startsWith('application/json') ?? false
  return new Response(isJson ? withoutSessionToken(text) : text, { status, headers })
}

/** Browsers refuse the prefix for a cookie with a domain, or with another path. */
function toOwnCookie(line: string): string {
  const attributes = line.split(/;\s*/u).slice(1)
  const isOfHost = attributes.includes('Path=/') && !attributes.some((attribute) => /^domain=/iu.test(attribute))
  return line.startsWith(libraryPrefix) && isOfHost ? ourPrefix + line.slice(libraryPrefix.length) : line
}

/** The session is in a cookie that scripts cannot read; its token in the body would be one that they can. Our own JWTs have three parts. */
function withoutSessionToken(text: string): string {
  const body: unknown = text === '' ? null : JSON.parse(text)
  if (typeof body !== 'object' || body === null) return text
  const { token, session, ...rest } = body as { token?: unknown; session?: unknown }
  const isSessionToken = typeof token === 'string' && token.split('.').length !== 3
  if (!isSessionToken && (typeof session !== 'object' || session === null)) return text
  const shown = { ...(token === undefined || isSessionToken ? {} : { token }), ...rest }
  if (typeof session !== 'object' || session === null) return JSON.stringify(shown)
  const { token: _, ...shownSession } = session as { token?: unknown }
  return JSON.stringify({ ...shown, session: shownSession })
}
