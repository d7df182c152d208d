import type { schema } from '@holdfast/drizzle'
import type { AccessToken } from '@holdfast/shared'
import { Refusal } from '../platform/refusal.ts'
import type { User } from './auth.ts'

export type AccessTokenRow = typeof schema.accessTokens.$inferSelect

/** The user's view of a token: never its text. */
export function rowToAccessToken(row: AccessTokenRow): AccessToken {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes.filter((scope) => scope === 'api' || scope === 'mcp' || scope === 'chat'),
    prefix: row.prefix,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  }
}

/**
 * Refuses a caller with an access token: a stolen one could otherwise create others that outlive its revocation, or take the account.
 * @param what may only be done after signing in, e.g. `Access tokens can only be created and revoked`
 */
export function requireSession(user: User, what = 'Access tokens can only be created and revoked'): void {
  if (user.sessionId !== null) return
  throw new Refusal('UNAUTHORIZED', `${what} after signing in, not with an access token`)
}
