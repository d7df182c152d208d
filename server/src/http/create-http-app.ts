import express, { type Express, type RequestHandler } from 'express'
import type { Auth } from '../auth/auth.ts'
import type { OriginPolicy } from '../auth/origin-policy.ts'
import type { Logger } from '../logger.ts'
import { createAuthRoute } from './auth-route.ts'
import { createClientIps } from './client-ip.ts'
import { createCors } from './cors.ts'
import { createHealth } from './health.ts'
import { createHostGuard } from './host-guard.ts'
import { createErrorHandler, createNotFound } from './http-error.ts'
import { createOriginGuard } from './origin-guard.ts'
import { createRequestIds } from './request-id.ts'
import { createRequestLog } from './request-log.ts'
import { createNoStore, createSecurityHeaders } from './security-headers.ts'

export interface HttpAppDeps {
  readonly auth: Auth
  readonly logger: Logger
  readonly origins: OriginPolicy
  /** Whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[]
  /** tRPC over HTTP and SSE. It reads its own bodies and limits them. */
  readonly trpc: RequestHandler
  readonly mcp?: RequestHandler
  /** What clients without a token are told about `/mcp`. */
  readonly mcpMetadata?: RequestHandler
  /** The page and its files; what it does not answer is 404. */
  readonly page?: RequestHandler
  readonly isReady: () => Promise<boolean>
}

/** Everything that answers HTTP, in order: who asks is checked before anything is served, the page comes last. */
export function createHttpApp(deps: HttpAppDeps): Express {
  const { auth, logger, origins, trpc, mcp, mcpMetadata, page, isReady } = deps
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.enable('case sensitive routing')
  app.set('query parser', 'simple')

  app.use(createRequestIds())
  app.use(createClientIps(deps.trustedProxies))
  app.use(createRequestLog(logger))
  app.use(createHostGuard(origins))
  app.use(createSecurityHeaders(origins))
  app.use(createOriginGuard(origins))
  app.use(createCors(origins))

  app.use(['/api', '/trpc', '/mcp', '/health'], createNoStore())
  app.use('/api/auth', createAuthRoute(auth, origins.publicOrigin))
  app.use('/trpc', trpc)
  if (mcp) app.use('/mcp', mcp)
  if (mcpMetadata) app.use('/.well-known/oauth-protected-resource', mcpMetadata)
  app.use('/health', createHealth(logger, isReady))
  app.use(['/api', '/trpc', '/mcp', '/health'], createNotFound())

  if (page) app.use(page)
  app.use(createNotFound())
  app.use(createErrorHandler(logger))
  return app
}
