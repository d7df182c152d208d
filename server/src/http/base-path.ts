import type { RequestListener } from 'node:http'

/**
 * The server's own path for one that came in: some proxies pass on the path of `PUBLIC_URL`, others take it off.
 * @param basePath empty, or like `/chat`
 * @param url with its query
 */
export function toOwnPath(url: string, basePath: string): string {
  if (basePath === '' || !url.startsWith(basePath)) return url
  const rest = url.slice(basePath.length)
  if (rest.startsWith('/')) return rest
  return rest === '' || rest.startsWith('?') ? `/${rest}` : url
}

/** Takes the path of `PUBLIC_URL` off before anything reads the address of a request: routes, guards and the log know their own paths only. */
export function withoutBasePath(listener: RequestListener, basePath: string): RequestListener {
  if (basePath === '') return listener
  return (request, response) => {
    request.url = toOwnPath(request.url ?? '/', basePath)
    listener(request, response)
  }
}
