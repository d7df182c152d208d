import { createDeferred } from '../../lib/deferred.ts'
import type { ConnectionStore } from './connection.ts'

/** Resolves after the delay, or as soon as the connection is live again. */
export function untilLive(connection: ConnectionStore, delayMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = createDeferred<void>()
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
