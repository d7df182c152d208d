import { backoffMs } from './backoff.ts'
import type { ConnectionStore } from './connection.ts'
import { errorToFailure } from './failure.ts'
import { untilLive } from './until-live.ts'

export interface RetryOptions {
  readonly connection: ConnectionStore
  readonly forMs: number
  readonly signal: AbortSignal
}

/**
 * Runs a command that can be repeated until the server answers, for at most `forMs`.
 * @throws the last error: immediately when the server refuses, else when the time is up or the signal aborts.
 */
export async function retryWhileUnreachable<Result>(run: () => Promise<Result>, options: RetryOptions): Promise<Result> {
  const endsAt = Date.now() + options.forMs
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await run()
    } catch (error) {
      const { kind, retryAfterMs } = errorToFailure(error)
      const canRetry = kind === 'unreachable' || (kind === 'busy' && retryAfterMs < 10_000)
      if (!canRetry || options.signal.aborted || Date.now() > endsAt) throw error
      await untilLive(options.connection, Math.max(backoffMs(attempt + 1), retryAfterMs), options.signal)
    }
  }
}
