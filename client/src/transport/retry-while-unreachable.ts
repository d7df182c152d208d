import { backoffMs } from './backoff.ts'
import type { ConnectionStore } from './connection.ts'
import { errorToFailure } from './failure.ts'

export interface RetryOptions {
  readonly connection: ConnectionStore
  readonly forMs: number
  readonly signal: AbortSignal
  /** Nobody is signed in: somebody may be later. Else that is an error as others are. */
  readonly waitsForSignIn?: boolean
}

/**
 * Repeats a command that can be repeated until the server answers, for at most `forMs`.
 * @throws the last error: at once when the server refuses, else when the time is up or the signal aborts.
 */
export async function retryWhileUnreachable<Result>(run: () => Promise<Result>, options: RetryOptions): Promise<Result> {
  const endsAt = Date.now() + options.forMs
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await run()
    } catch (error) {
      const { kind, retryAfterMs } = errorToFailure(error)
      const isWaiting = kind === 'signed-out' && options.waitsForSignIn === true
      const canRetry = isWaiting || kind === 'unreachable' || (kind === 'busy' && retryAfterMs < 10_000)
      if (!canRetry || options.signal.aborted || Date.now() > endsAt) throw error
      await untilLive(options.connection, Math.max(backoffMs(attempt + 1), retryAfterMs), options.signal)
    }
  }
}

/** Resolves after the delay, or as soon as the connection is live again. */
function untilLive(connection: ConnectionStore, delayMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, delayMs)
  const forget = connection.subscribe(() => {
    if (connection.get().status === 'live') resolve()
  })
  const onAbort = () => resolve()
  signal.addEventListener('abort', onAbort)
  return promise.finally(() => {
    clearTimeout(timer)
    forget()
    signal.removeEventListener('abort', onAbort)
  })
}
