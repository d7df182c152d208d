import type { Request, RequestHandler } from 'express'
import type { OriginPolicy } from '../auth/origin-policy.ts'

export const metadataPath = '/.well-known/oauth-protected-resource'
const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]'])

type Address = Pick<OriginPolicy, 'publicOrigin' | 'basePath'>

/**
 * The server's address that a client has used. On the loopback address it may be any of its names, and clients compare it with the URL they
 * were given; otherwise it is the public one, whatever `Host` a proxy sends.
 */
export function requestToAddress(request: Request, { publicOrigin, basePath }: Address): string {
  const { host } = request.headers
  const isLoopback = host !== undefined && loopbackNames.has(new URL(publicOrigin).hostname)
  return (isLoopback ? `http://${host}` : publicOrigin) + basePath
}

/**
 * The URL of the metadata of `/mcp`, for the challenge of a 401. With a path in `PUBLIC_URL` it is below that path, which a proxy passes on;
 * RFC 9728 has clients that saw no challenge look at the root of the host.
 */
export function toMetadataUrl(address: string): string {
  return `${address}${metadataPath}/mcp`
}

/**
 * RFC 9728 metadata of `/mcp`. It names no authorization servers: tokens are created on the settings page, or with `tokens.create`.
 */
export function createMetadataRoute(origins: Address): RequestHandler {
  const paths = new Set(['/', '/mcp', `${origins.basePath}/mcp`])
  return (request, response, next) => {
    if (!paths.has(request.path)) return next()
    if (request.method !== 'GET' && request.method !== 'HEAD') return next()
    response.json({
      resource: `${requestToAddress(request, origins)}/mcp`,
      resource_name: 'Holdfast',
      scopes_supported: ['mcp'],
      bearer_methods_supported: ['header'],
    })
  }
}
