import { schema } from '@holdfast/drizzle'
import type { tokensListOutput } from '@holdfast/shared'
import { and, desc, eq, isNull } from 'drizzle-orm'
import type { z } from 'zod'
import type { Database } from '../platform/database/database.ts'
import { rowToAccessToken } from './access-token-row.ts'
import type { User } from './auth.ts'

const { accessTokens } = schema

/** The user's tokens that are not revoked, newest first, including expired ones. Never a token's text. */
export async function listAccessTokens(
  deps: { readonly database: Database },
  user: User,
): Promise<z.infer<typeof tokensListOutput>> {
  const rows = await deps.database.queries
    .select()
    .from(accessTokens)
    .where(and(eq(accessTokens.userId, user.id), isNull(accessTokens.revokedAt)))
    .orderBy(desc(accessTokens.createdAt), desc(accessTokens.id))
  return { items: rows.map(rowToAccessToken) }
}
