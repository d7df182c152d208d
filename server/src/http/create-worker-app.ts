import express, { type Express } from 'express'
import { createClientIps } from './client-ip.ts'
import type { HttpAppDeps } from './create-http-app.ts'
import { createHealth } from './health.ts'
import { createHostGuard } from './host-guard.ts'
import { createErrorHandler, createNotFound } from './http-error.ts'
import { createRequestIds } from './request-id.ts'
import { createRequestLog } from './request-log.ts'
import { createNoStore, createSecurityHeaders } from './security-headers.ts'

/** The routes of a node that runs jobs alone: whether it can, and what it measures. */
export function createWorkerApp(
  deps: Pick<HttpAppDeps, 'logger' | 'origins' | 'trustedProxies' | 'metrics' | 'checkReadiness' | 'describe'>,
): Express {
  const { logger, origins, metrics, checkReadiness, describe } = deps
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use(createRequestIds())
  if (metrics) app.use(metrics)
  app.use(createClientIps(deps.trustedProxies, logger))
  app.use(createRequestLog(logger))
  app.use(createHostGuard(origins))
  app.use(createSecurityHeaders(origins))
  app.use('/health', createNoStore(), createHealth(logger, checkReadiness, describe))
  app.use(createNotFound())
  app.use(createErrorHandler(logger))
  return app
}
