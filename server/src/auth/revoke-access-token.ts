import { schema } from '@holdfast/drizzle'
import type { Id, tokensRevokeInput, tokensRevokeOutput } from '@holdfast/shared'
import { and, eq, isNull } from 'drizzle-orm'
import type { z } from 'zod'
import type { Bus } from '../platform/bus/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Queries, Transaction } from '../platform/database/database.ts'
import { notFound } from '../platform/refusal.ts'
import { requireSession } from './access-token-row.ts'
import type { User } from './auth.ts'
import { publishRevocation } from './session-revoked.ts'

const { accessTokens } = schema

/**
 * Revokes a token and closes the connections that were opened with it. A repeat is harmless.
 * @throws Refusal UNAUTHORIZED without a session, NOT_FOUND
 */
export async function revokeAccessToken(
  deps: { readonly bus: Bus; readonly clock: Clock; readonly database: Database },
  user: User,
  { tokenId }: z.output<typeof tokensRevokeInput>,
): Promise<z.infer<typeof tokensRevokeOutput>> {
  requireSession(user)
  const { queries } = deps.database
  const isOwn = and(eq(accessTokens.id, tokenId), eq(accessTokens.userId, user.id))
  const revoked = await queries
    .update(accessTokens)
    .set({ revokedAt: deps.clock.now() })
    .where(and(isOwn, isNull(accessTokens.revokedAt)))
    .returning({ id: accessTokens.id })
  if (revoked.length > 0) {
    publishRevocation(deps.bus, tokenId)
    return { tokenId }
  }
  const [row] = await queries.select({ id: accessTokens.id }).from(accessTokens).where(isOwn)
  if (!row) throw notFound('Token')
  return { tokenId }
}

/** Revokes every access token of a user and gives their ids, to be published after the commit. */
export async function revokeAllAccessTokens(queries: Queries | Transaction, userId: Id, now: Date): Promise<Id[]> {
  const revoked = await queries
    .update(accessTokens)
    .set({ revokedAt: now })
    .where(and(eq(accessTokens.userId, userId), isNull(accessTokens.revokedAt)))
    .returning({ id: accessTokens.id })
  return revoked.map(({ id }) => id)
}
