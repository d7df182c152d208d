import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import type { OriginPolicy } from '../auth/origin-policy.ts'
import { refuse } from './http-error.ts'

/**
 * 421 for a host that is not ours: a page whose name was made to resolve to this server (DNS rebinding) gets nothing.
 */
export function createHostGuard(origins: OriginPolicy): RequestHandler {
  return (request, response, next) => {
    if (hasOneHost(request) && origins.isTrustedHost(request.headers.host)) next()
    else refuse(response, 421)
  }
}

/** Of several, a proxy in front may have looked at another one than we do. */
export function hasOneHost(request: IncomingMessage): boolean {
  return (request.headersDistinct['host']?.length ?? 0) <= 1
}
