import type { RequestListener } from 'node:http'

/** Who calls. The id comes from the token alone, never from an argument. */
export interface User {
  readonly id: string
  /** Null for a personal access token. */
  readonly sessionId: string | null
  /** When the token stops being valid; a socket is asked to reconnect before. Null: never. */
  readonly expiresAt: Date | null
}

/** What a token may be used for. A JWT names it as its audience, a personal access token as its scope. */
export type Audience = 'api' | 'mcp'

export interface Auth {
  /** Serves `/api/auth/*`. */
  readonly handler: RequestListener
  /** Checks signature, algorithm, expiry, issuer, audience and the live session. Null: refused, whatever the reason. */
  readonly verifyToken: (token: string, audience: Audience) => Promise<User | null>
  /** Whether the session or access token behind a user is still alive, e.g. for a socket that was opened before. */
  readonly isAlive: (user: User) => Promise<boolean>
  /** A session ended: sign-out, upgrade, deletion. On this node or another. */
  readonly onSessionRevoked: (listener: (sessionId: string) => void) => () => void
}
