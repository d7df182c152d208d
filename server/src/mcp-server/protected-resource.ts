import type { Request, RequestHandler } from 'express'

export const metadataPath = '/.well-known/oauth-protected-resource'
const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * The origin that a client has used. On the loopback address it may be any of its names, and clients compare it with the URL they were
 * given; otherwise it is the public origin, whatever `Host` a proxy sends.
 */
export function requestToOrigin(request: Request, publicOrigin: string): string {
  const { host } = request.headers
  return host !== undefined && loopbackNames.has(new URL(publicOrigin).hostname) ? `http://${host}` : publicOrigin
}

/** The URL of the metadata of `/mcp`, for the challenge of a 401. */
export function toMetadataUrl(origin: string): string {
  return `${origin}${metadataPath}/mcp`
}

/**
 * RFC 9728 metadata of `/mcp`. It names no authorization servers: tokens are created on the settings page, or with `tokens.create`.
 */
export function createMetadataRoute(publicOrigin: string): RequestHandler {
  return (request, response, next) => {
    if (request.path !== '/' && request.path !== '/mcp') return next()
    if (request.method !== 'GET' && request.method !== 'HEAD') return next()
    response.json({
      resource: `${requestToOrigin(request, publicOrigin)}/mcp`,
      resource_name: 'Holdfast',
      scopes_supported: ['mcp'],
      bearer_methods_supported: ['header'],
    })
  }
}
