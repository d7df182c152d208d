import type { ServerResponse } from 'node:http'
import type { User } from '../auth/auth.ts'
import type { Deps } from '../deps.ts'

/** A longer timer would go off at once: such a stream is closed earlier, and opened again. */
const maxTimerMs = 2 ** 31 - 1

/**
 * Closes a stream of server-sent events when its token expires or its session ends, here or on another node. The client opens the next
 * one by itself, from its last event on and with the token that it has then; without one it is refused.
 */
export function closeWithToken(deps: Pick<Deps, 'auth' | 'clock'>, user: User, response: ServerResponse): void {
  const sessionId = user.sessionId ?? user.accessTokenId
  const close = () => response.destroy()
  const stopWatching = deps.auth.onSessionRevoked((revokedId) => {
    if (revokedId === sessionId) close()
  })
  const left = user.expiresAt === null ? maxTimerMs : user.expiresAt.getTime() - deps.clock.now().getTime()
  const timer = setTimeout(close, Math.min(Math.max(0, left), maxTimerMs))
  response.once('close', () => {
    clearTimeout(timer)
    stopWatching()
  })
}
