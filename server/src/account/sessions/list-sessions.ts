import { schema } from '@holdfast/drizzle'
import type { accountSessionsListOutput } from '@holdfast/shared'
import { and, desc, eq, gt } from 'drizzle-orm'
import type { z } from 'zod'
import type { User } from '../../auth/auth.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'

const { sessions } = schema
const maxItems = 200
const maxUserAgentLength = 300

/** Where the user is signed in, the last used first. */
export async function listSessions(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  user: User,
): Promise<z.infer<typeof accountSessionsListOutput>> {
  const rows = await database.queries
    .select()
    .from(sessions)
    .where(and(eq(sessions.userId, user.id), gt(sessions.expiresAt, clock.now())))
    .orderBy(desc(sessions.updatedAt), desc(sessions.id))
    .limit(maxItems)
  return {
    items: rows.map((row) => ({
      id: row.id,
      userAgent: row.userAgent?.slice(0, maxUserAgentLength) || null,
      address: row.ipAddress || null,
      createdAt: row.createdAt.toISOString(),
      lastUsedAt: row.updatedAt.toISOString(),
      isCurrent: row.id === user.sessionId,
    })),
  }
}
