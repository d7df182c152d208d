type Fetch = typeof globalThis.fetch

/** Outside a browser `fetch` keeps no cookies: this wrapper sends the cookies that earlier responses set. For one server. */
export function createCookieKeepingFetch(fetch: Fetch): Fetch {
  const cookies = new Map<string, string>()
  return async (input, init) => {
    const headers = new Headers(init?.headers)
    if (cookies.size > 0) headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await fetch(input, { ...init, headers })
    for (const line of response.headers.getSetCookie()) keep(cookies, line)
    return response
  }
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';')
  const equals = pair.indexOf('=')
  if (equals < 1) return
  const name = pair.slice(0, equals).trim()
  const isRemoval = attributes.some((attribute) => /^\s*max-age=(0|-\d+)\s*$/iu.test(attribute))
  if (isRemoval) cookies.delete(name)
  else cookies.set(name, pair.slice(equals + 1).trim())
}
