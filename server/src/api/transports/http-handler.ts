import { createExpressMiddleware } from '@trpc/server/adapters/express'
import type { RequestHandler } from 'express'
import type { Deps } from '../trpc/deps.ts'
import { appRouter } from '../app-router.ts'
import { toMaxBodySize } from './max-body-size.ts'
import { closeWithToken } from './close-with-token.ts'
import { createHttpContext } from './create-context.ts'
import { logProcedureError } from '../trpc/log-procedure-error.ts'

/** Calls in one HTTP request. */
const maxBatchSize = 10

/** tRPC over HTTP, and SSE for subscriptions. */
export function createTrpcHttpHandler(deps: Deps): RequestHandler {
  return createExpressMiddleware({
    router: appRouter,
    createContext: async ({ req, res, info }) => {
      const context = await createHttpContext(deps, req)
      if (context.user && info.type === 'subscription') closeWithToken(deps, context.user, res)
      return context
    },
    maxBatchSize,
    maxBodySize: toMaxBodySize(deps.config),
    onError: (failure) => logProcedureError(deps, failure),
  })
}
