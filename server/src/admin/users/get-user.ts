import { schema } from '@holdfast/drizzle'
import type { adminUsersGetInput, adminUsersGetOutput } from '@holdfast/shared'
import { and, eq, isNull } from 'drizzle-orm'
import type { z } from 'zod'
import { rowToUser, userColumns } from '../../people/user-row.ts'
import type { Database } from '../../platform/database/database.ts'
import { notFound } from '../../platform/refusal.ts'

const { accessTokens, sessions, users } = schema

/** One person. @throws Refusal NOT_FOUND */
export async function getUser(
  { database: { queries } }: { readonly database: Database },
  { userId }: z.output<typeof adminUsersGetInput>,
): Promise<z.infer<typeof adminUsersGetOutput>> {
  const [row] = await queries.select(userColumns).from(users).where(eq(users.id, userId))
  if (!row) throw notFound('User')
  return {
    ...rowToUser(row),
    sessions: await queries.$count(sessions, eq(sessions.userId, userId)),
    accessTokens: await queries.$count(accessTokens, and(eq(accessTokens.userId, userId), isNull(accessTokens.revokedAt))),
  }
}
