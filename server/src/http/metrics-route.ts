import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { authorizationToToken } from '../auth/bearer-token.ts'
import type { OriginPolicy } from '../auth/origin-policy.ts'
import type { Metrics } from '../platform/metrics.ts'
import { hasForwardedHeader } from './client-ip.ts'
import { refuse } from './http-error.ts'

const loopback = /^(?:::ffff:)?127\.|^::1$/u

export interface MetricsRouteDeps {
  readonly metrics: Pick<Metrics, 'toText' | 'contentType' | 'httpRefusals'>
  readonly origins: OriginPolicy
  /** Null: only this machine may read them. */
  readonly token: string | null
  /** False: a proxy stands in front, and what it passes on may look as if it came from this machine. */
  readonly isForThisMachine: boolean
}

/**
 * Counts what is refused, and serves `/metrics`: for whoever shows the token, and for programs of this machine where no proxy is configured. For others it does not exist,
 * or, where a token is set, asks for it. Comes before the guards: a scraper names the server as its network does, and its token proves more.
 */
export function createMetricsRoute(deps: MetricsRouteDeps): RequestHandler {
  const { metrics, token } = deps
  const count = (status: number) => {
    if (status >= 400 && status < 500) metrics.httpRefusals.inc({ status })
  }
  return async (request, response, next) => {
    if (request.path !== '/metrics') {
      // A batch of procedures has one status for all of them: they are counted by themselves.
      if (!request.path.startsWith('/trpc')) response.once('finish', () => count(response.statusCode))
      return next()
    }
    response.setHeader('cache-control', 'no-store')
    response.setHeader('x-content-type-options', 'nosniff')
    const isGet = request.method === 'GET' || request.method === 'HEAD'
    if (!isGet || !(isFromHere(deps, request) || hasToken(token, request))) {
      return refuse(response, token === null || !isGet ? 404 : 401, token === null || !isGet ? undefined : wrongToken)
    }
    response.type(metrics.contentType).send(await metrics.toText())
  }
}

const wrongToken = 'Send the METRICS_TOKEN of this server as Authorization: Bearer'

function isFromHere({ origins, isForThisMachine }: MetricsRouteDeps, request: IncomingMessage): boolean {
  return (
    isForThisMachine &&
    loopback.test(request.socket.remoteAddress ?? '') &&
    !hasForwardedHeader(request) &&
    // No browser may read them for a page: it names its own origin, or a host that was made to resolve to this machine.
    request.headers.origin === undefined &&
    origins.isTrustedHost(request.headers.host)
  )
}

/** Compares hashes, so that the time says nothing about the token. */
function hasToken(token: string | null, request: IncomingMessage): boolean {
  const given = authorizationToToken(request.headers.authorization)
  return token !== null && given !== null && timingSafeEqual(toHash(given), toHash(token))
}

function toHash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
