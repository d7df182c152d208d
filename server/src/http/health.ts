import { Router } from 'express'
import type { Logger } from '../platform/logger.ts'

/** Sentences that say why the server cannot serve; none when it can. They are for anybody: nothing internal. */
export type Readiness = () => Promise<readonly string[]>

/** What a node of several is, for the person who runs them: its role, and how it hears of the others. */
export type DescribeNode = () => { readonly role: string; readonly bus: string; readonly others: number }

/**
 * `/health/live`: the process answers. `/health/ready`: it can serve; 503 with the reasons while it starts, while it stops, and when
 * `checkReadiness` names one or fails. With several nodes it says what this one is, too.
 */
export function createHealth(logger: Logger, checkReadiness: Readiness, describe?: DescribeNode): Router {
  return Router()
    .get('/live', (_request, response) => {
      response.json({ status: 'ok' })
    })
    .get('/ready', async (_request, response) => {
      const problems = await checkReadiness().catch((err: unknown) => {
        logger.warn({ event: 'readiness-failed', err }, 'could not find out whether the server is ready')
        return ['The server could not find out whether it is ready']
      })
      if (problems.length === 0) response.json({ status: 'ok', ...describe?.() })
      else response.status(503).json({ status: 'unavailable', problems })
    })
}
