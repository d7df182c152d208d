import { errorToCode } from '../error-codes.ts'

/**
 * What Postgres says to a prepared statement whose tables have changed ("cached plan must not change result type"), or that is gone. The
 * driver then forgets what it has prepared and, outside of a transaction, asks again. A transaction has to be begun again.
 */
export const stalePlanCodes = ['0A000', '26000'] as const

const codes: ReadonlySet<string> = new Set(stalePlanCodes)
const maxTries = 5

/** Runs a transaction, and again when its prepared statements are stale. Nothing of it was committed. */
export async function retryStalePlans<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (tries >= maxTries || !codes.has(errorToCode(error) ?? '')) throw error
    }
  }
}
