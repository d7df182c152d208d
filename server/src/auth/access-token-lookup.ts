import { schema } from '@holdfast/drizzle'
import { and, eq, gt, isNull, or } from 'drizzle-orm'
import type { Audience, User } from './auth.ts'
import { createSecretText, hashSecretText } from './secret-text.ts'
import { mayBeHere, type LiveDeps } from './live-session.ts'

const pattern = /^pat_[A-Za-z0-9_-]{43}$/u
const noteUseAfterMs = 60_000

/** A new token with 256 random bits. Only its hash is stored. */
export function createAccessTokenText(): string {
  return `pat_${createSecretText()}`
}

/** SHA-256 without salt: the text has enough entropy, and the hash can be looked up. */
export function hashAccessToken(text: string): string {
  return hashSecretText(text)
}

export function isAccessToken(token: string): boolean {
  return token.startsWith('pat_')
}

/**
 * Null for a token that does not exist, has expired, was revoked, or lacks the scope. Records its use at most once a minute.
 */
export async function accessTokenToUser(deps: LiveDeps, token: string, audience: Audience): Promise<User | null> {
  if (!pattern.test(token)) return null
  const { accessTokens, users } = schema
  const [found] = await deps.queries
    .select({ row: accessTokens })
    .from(accessTokens)
    .innerJoin(users, eq(users.id, accessTokens.userId))
    .where(and(eq(accessTokens.hash, hashAccessToken(token)), await mayBeHere(deps)))
  const row = found?.row
  const now = deps.clock.now()
  if (!row || row.revokedAt !== null || (row.expiresAt !== null && row.expiresAt <= now) || !row.scopes.includes(audience)) {
    return null
  }
  if (row.lastUsedAt === null || now.getTime() - row.lastUsedAt.getTime() >= noteUseAfterMs) {
    await deps.queries.update(accessTokens).set({ lastUsedAt: now }).where(eq(accessTokens.id, row.id))
  }
  return { id: row.userId, sessionId: null, accessTokenId: row.id, expiresAt: row.expiresAt }
}

export async function isAccessTokenAlive(deps: LiveDeps, id: string): Promise<boolean> {
  const { accessTokens, users } = schema
  const rows = await deps.queries
    .select({ id: accessTokens.id })
    .from(accessTokens)
    .innerJoin(users, eq(users.id, accessTokens.userId))
    .where(
      and(
        await mayBeHere(deps),
        eq(accessTokens.id, id),
        isNull(accessTokens.revokedAt),
        or(isNull(accessTokens.expiresAt), gt(accessTokens.expiresAt, deps.clock.now())),
      ),
    )
  return rows.length > 0
}
