import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { and, eq, ne } from 'drizzle-orm'
import type { Queries, Transaction } from '../platform/database/database.ts'
import { revokeAllAccessTokens } from './revoke-access-token.ts'

const { sessions } = schema

/**
 * Ends everything that lets somebody in: all sessions, except perhaps one, and all access tokens. Gives their ids, to be published by
 * `publishRevocation` after the commit, so that open connections close on every node.
 */
export async function endAccess(
  queries: Queries | Transaction,
  userId: Id,
  { now, exceptSessionId }: { readonly now: Date; readonly exceptSessionId?: Id | null },
): Promise<Id[]> {
  const ended = await queries
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), exceptSessionId ? ne(sessions.id, exceptSessionId) : undefined))
    .returning({ id: sessions.id })
  return [...ended.map(({ id }) => id), ...(await revokeAllAccessTokens(queries, userId, now))]
}
