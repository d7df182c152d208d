import type { RequestListener } from 'node:http'
import type { FailedSignIns } from './failed-sign-ins.ts'
import type { AuthRequest } from './auth-request.ts'
import type { PasswordHashing } from './password-hashing.ts'

/** The caller. The id comes from the token alone, never from an argument. */
export interface User {
  readonly id: string
  /** Null for a personal access token, and for a token of another system. */
  readonly sessionId: string | null
  /** Set for a personal access token only. */
  readonly accessTokenId?: string
  /** It came with a token of another system: it lives until it expires, as long as the user may get in. */
  readonly isFromIssuer?: true
  /** When the token stops being valid; a socket is asked to reconnect before. Null: never. */
  readonly expiresAt: Date | null
}

/** The purposes of a token. A JWT names one as its audience, a personal access token as its scope. */
export const audiences = ['api', 'mcp', 'chat'] as const
export type Audience = (typeof audiences)[number]

export interface Auth {
  /** Serves `/api/auth/*`. The body has to be read already, as text in `request.body`: see `http/auth-route.ts`. */
  readonly handler: RequestListener
  /**
   * Checks signature, algorithm, expiry, issuer, audience and the live session of a JWT; hash, scope, expiry and
   * revocation of a personal access token. Null: refused, for any reason. Throws only when the database is
   * unavailable.
   */
  readonly verifyToken: (token: string, audience: Audience) => Promise<User | null>
  /**
   * Whose API request it is: by its token, or, where people sign in elsewhere, by what that system says and by personal access tokens alone.
   * Null: refused.
   */
  readonly identify: (request: AuthRequest) => Promise<User | null>
  /** The address at which the first administrator makes their account, single use. Null: there is one, or this machine is its own. */
  readonly createSetUpLink: () => Promise<string | null>
  readonly passwords: PasswordHashing
  /** Wrong passwords of each account: at sign-in by its address in lower case, of somebody who is signed in by their id. */
  readonly failedSignIns: FailedSignIns
  /** OpenID Connect providers, which send people back to `/api/auth/callback/<id>`. */
  readonly providerIds: readonly string[]
  /**
   * Whether the session or access token behind a user is still alive, e.g. for a call on a socket that was opened before. The database is
   * asked at most every 5 s for each.
   */
  readonly isAlive: (user: User) => Promise<boolean>
  /**
   * Calls `onEnd` when the session or access token behind a user has ended: immediately when the bus announces it, and within 30 s when
   * the bus has lost it. Returns a function that stops watching.
   */
  readonly watch: (user: User, onEnd: () => void) => () => void
  /**
   * A session ended (sign-out, upgrade, deletion) or an access token was revoked, on this node or another. The listener
   * gets its id, which is `user.sessionId` or `user.accessTokenId` of those who came in with it. Returns a function
   * that stops listening.
   */
  readonly onSessionRevoked: (listener: (id: string) => void) => () => void
  /** Has another key sign when the present one is 90 days old; tokens of both are valid meanwhile. Call it now and then, on any node. */
  readonly rotateKeys: () => Promise<void>
}
