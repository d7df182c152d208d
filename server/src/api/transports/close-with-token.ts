import type { ServerResponse } from 'node:http'
import type { User } from '../../auth/auth.ts'
import type { Deps } from '../trpc/deps.ts'

/** The longest timer. A longer one would fire immediately, so such a stream is closed earlier and reopened. */
const maxTimerMs = 2 ** 31 - 1

/**
 * Closes a stream of server-sent events when its token expires or its session ends, on this node or another. The client reconnects from
 * its last event with its current token, or is refused without a valid one.
 */
export function closeWithToken(deps: Pick<Deps, 'auth' | 'clock'>, user: User, response: ServerResponse): void {
  const close = () => response.destroy()
  const stopWatching = deps.auth.watch(user, close)
  const left = user.expiresAt === null ? maxTimerMs : user.expiresAt.getTime() - deps.clock.now().getTime()
  const timer = setTimeout(close, Math.min(Math.max(0, left), maxTimerMs))
  response.once('close', () => {
    clearTimeout(timer)
    stopWatching()
  })
}
