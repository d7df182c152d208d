import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import type { OriginPolicy } from '../auth/origin-policy.ts'
import { refuse } from './http-error.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])
const foreignSites = new Set(['cross-site', 'same-site'])

/**
 * Whether a page of another site made this request. Browsers send `Origin` at least with every request that changes something and with
 * every WebSocket; scripts send none and are let through. Where a browser leaves it out, `Sec-Fetch-Site` is checked.
 */
export function isForeign(request: IncomingMessage, origins: OriginPolicy): boolean {
  const { origin, host } = request.headers
  if (origin !== undefined) return !origins.isTrustedOrigin(origin, host)
  return !safeMethods.has(request.method ?? '') && foreignSites.has(String(request.headers['sec-fetch-site']))
}

/** 403 for a request from another site's page, on every route and with every method. */
export function createOriginGuard(origins: OriginPolicy): RequestHandler {
  return (request, response, next) => {
    if (isForeign(request, origins)) refuse(response, 403)
    else next()
  }
}
