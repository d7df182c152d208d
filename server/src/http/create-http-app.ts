import type { RequestListener } from 'node:http'
import express, { type RequestHandler } from 'express'
import type { Auth } from '../auth/auth.ts'
import type { OriginPolicy } from '../auth/origin-policy.ts'
import type { Logger } from '../platform/logger.ts'
import { createAuthRoute } from './auth-route.ts'
import { withoutBasePath } from './base-path.ts'
import { createClientIps } from './client-ip.ts'
import { createCors } from './cors.ts'
import { createHealth, type DescribeNode, type Readiness } from './health.ts'
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
  /** Proxies whose `X-Forwarded-For` is trusted. */
  readonly trustedProxies: readonly string[]
  /** tRPC over HTTP and SSE. It reads its own bodies and limits them. */
  readonly trpc: RequestHandler
  /** Uploads of files by the tus protocol; checks the token itself. */
  readonly uploads?: RequestHandler
  /** Files under signed addresses. */
  readonly files?: RequestHandler
  /** Dictation and speech; checks the token itself. */
  readonly voice?: RequestHandler
  /** The API for programs that know OpenAI's; checks the token itself. */
  readonly openai?: RequestHandler
  /** The pages of shared conversations, for everyone who has their links. */
  readonly shares?: RequestHandler
  /** The description of the API at `/openapi.json`. */
  readonly openapi?: RequestHandler
  readonly mcp?: RequestHandler
  /** The OAuth metadata of `/mcp`, for clients without a token. */
  readonly mcpMetadata?: RequestHandler
  /** The page and its files. Paths that it does not serve are a 404. */
  readonly page?: RequestHandler
  /** Answers `/metrics` and passes on everything else. */
  readonly metrics?: RequestHandler
  readonly checkReadiness: Readiness
  /** Absent where there can be one node only. */
  readonly describe?: DescribeNode
}

/** All HTTP routes, in order: the guards run before anything is served, the page comes last. */
export function createHttpApp(deps: HttpAppDeps): RequestListener {
  const {
    auth,
    logger,
    origins,
    trpc,
    uploads,
    files,
    voice,
    openai,
    openapi,
    shares,
    mcp,
    mcpMetadata,
    page,
    metrics,
    checkReadiness,
  } = deps
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.enable('case sensitive routing')
  app.set('query parser', 'simple')

  app.use(createRequestIds())
  if (metrics) app.use(metrics)
  app.use(createClientIps(deps.trustedProxies, logger))
  app.use(createRequestLog(logger))
  app.use(createHostGuard(origins))
  app.use(createSecurityHeaders(origins))
  app.use(createOriginGuard(origins))
  app.use(createCors(origins))

  app.use(['/api', '/trpc', '/mcp', '/v1', '/health', '/share'], createNoStore())
  app.use('/api/auth', createAuthRoute(auth, origins.publicOrigin))
  if (uploads) app.use('/api/uploads', uploads)
  if (files) app.use('/api/files', files)
  if (voice) app.use('/api/voice', voice)
  app.use('/trpc', trpc)
  if (openai) app.use('/v1', openai)
  if (openapi) app.get('/openapi.json', openapi)
  if (mcp) app.use('/mcp', mcp)
  if (mcpMetadata) app.use('/.well-known/oauth-protected-resource', mcpMetadata)
  if (shares) app.use('/share', shares)
  app.use('/health', createHealth(logger, checkReadiness, deps.describe))
  app.use(['/api', '/trpc', '/mcp', '/v1', '/health'], createNotFound())

  if (page) app.use(page)
  app.use(createNotFound())
  app.use(createErrorHandler(logger))
  return withoutBasePath(app, origins.basePath)
}
