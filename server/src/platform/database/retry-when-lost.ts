import { setTimeout as sleep } from 'node:timers/promises'
import { errorToCodes } from '../error-codes.ts'

/** Codes of Postgres (SQLSTATE), its driver and Node: the connection was lost, or the database cannot be reached. */
const lostCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_SILENT',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  // The server shuts down, was ended by an administrator, or is starting.
  '57P01',
  '57P02',
  '57P03',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
])

/** The connection to the database was lost before or while the statement ran: whether it ran is unknown. */
export function isConnectionLost(error: unknown): boolean {
  return errorToCodes(error).some((code) => lostCodes.has(code))
}

/** A reader waits this long for a lost database, then it is refused, and comes back by itself. */
const defaultPatienceMs = 20_000
const firstDelayMs = 50
const longestDelayMs = 2_000

/**
 * Runs `read`, and again while the connection to the database is lost. Only for work that changes nothing.
 * @param signal after it has aborted, nothing is tried again
 * @param patienceMs when this has passed since the first failure, the error is thrown
 */
export async function retryWhenLost<Result>(
  read: () => Promise<Result>,
  signal: AbortSignal,
  patienceMs = defaultPatienceMs,
): Promise<Result> {
  let firstFailure: number | null = null
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(2 * delayMs, longestDelayMs)) {
    try {
      return await read()
    } catch (error) {
      firstFailure ??= performance.now()
      const isOver = performance.now() + delayMs - firstFailure > patienceMs
      if (!isConnectionLost(error) || isOver || signal.aborted) throw error
    }
    await sleep(delayMs, undefined, { signal }).catch(() => undefined)
  }
}
