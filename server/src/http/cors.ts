import type { RequestHandler } from 'express'
import type { OriginPolicy } from '../auth/origin-policy.ts'

const methods = 'GET, POST, DELETE, OPTIONS'
const exposedHeaders = 'X-Request-Id, Retry-After, Mcp-Session-Id, WWW-Authenticate'
const maxAgeSeconds = '600'

/**
 * Lets exactly the configured foreign pages read answers, and answers their preflights. Only `/api/auth` takes cookies,
 * so only there may credentials be sent. Runs after the origin guard: whoever else comes from a foreign page is gone
 * already.
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
    // A trusted page may send any header: links and tracing add their own.
    const headers = request.headers['access-control-request-headers']
    if (headers !== undefined) response.setHeader('access-control-allow-headers', headers)
    response.vary('Access-Control-Request-Headers')
    response.setHeader('access-control-max-age', maxAgeSeconds)
    response.status(204).end()
  }
}
