import { createExpressMiddleware } from '@trpc/server/adapters/express'
import type { RequestHandler } from 'express'
import type { Deps } from '../deps.ts'
import { appRouter } from '../router.ts'
import { closeWithToken } from './close-with-token.ts'
import { createHttpContext } from './create-context.ts'
import { logProcedureError } from './log-procedure-error.ts'

/** What one HTTP request may hold: 10 calls, and 10,000 characters even when each is escaped as two surrogates. */
const maxBatchSize = 10
const maxBodySize = 256 * 1024

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
    maxBodySize,
    onError: (failure) => logProcedureError(deps.logger, failure),
  })
}
