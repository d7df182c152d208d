import type { RequestHandler } from 'express'
import type { OriginPolicy } from '../auth/origin-policy.ts'

const methods = 'GET, HEAD, POST, PATCH, DELETE, OPTIONS'
const exposedHeaders =
  'X-Request-Id, Retry-After, Mcp-Session-Id, WWW-Authenticate, Location, Upload-Offset, Upload-Length, Tus-Resumable, Tus-Version, Tus-Extension, Tus-Max-Size'
const maxAgeSeconds = '600'

/**
 * Lets the configured foreign origins, and no others, read responses, and answers their preflights. Credentials are allowed below
 * `/api/auth` only, which is the only place that takes cookies. Runs after the origin guard, which refuses other foreign origins.
 *
 * Why not the `cors` package: it takes every OPTIONS request for a preflight, sets `Vary` only where an origin matches, and has no
 * credentials per path. The code around it would be as long as this.
 */
export function createCors(origins: OriginPolicy): RequestHandler {
  const allowed = new Set(origins.corsOrigins)
  return (request, response, next) => {
    if (allowed.size > 0) response.vary('Origin')
    const { origin } = request.headers
    if (origin === undefined || !allowed.has(origin)) return next()
    response.setHeader('access-control-allow-origin', origin)
    response.setHeader('access-control-expose-headers', exposedHeaders)
    if (request.path.startsWith('/api/auth/')) response.setHeader('access-control-allow-credentials', 'true')
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return next()
    response.setHeader('access-control-allow-methods', methods)
    // A trusted page may send any header: client libraries and tracing add their own.
    const headers = request.headers['access-control-request-headers']
    if (headers !== undefined) response.setHeader('access-control-allow-headers', headers)
    response.vary('Access-Control-Request-Headers')
    response.setHeader('access-control-max-age', maxAgeSeconds)
    response.status(204).end()
  }
}
