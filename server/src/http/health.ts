import { Router } from 'express'
import type { Logger } from '../platform/logger.ts'

/**
 * `/health/live`: the process answers. `/health/ready`: it can serve; 503 while it starts, while it stops, and when
 * `isReady` says no or fails.
 */
export function createHealth(logger: Logger, isReady: () => Promise<boolean>): Router {
  return Router()
    .get('/live', (_request, response) => {
      response.json({ status: 'ok' })
    })
    .get('/ready', async (_request, response) => {
      const ready = await isReady().catch((err: unknown) => {
        logger.warn({ event: 'readiness-failed', err }, 'could not find out whether the server is ready')
        return false
      })
      response.status(ready ? 200 : 503).json({ status: ready ? 'ok' : 'unavailable' })
    })
}
