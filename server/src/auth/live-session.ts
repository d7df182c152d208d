import { schema } from '@holdfast/drizzle'
import { and, eq, gt } from 'drizzle-orm'
import type { Clock } from '../clock.ts'
import type { Queries } from '../database/database.ts'

/** One indexed look-up: what makes a sign-out count at once, although the token itself would be valid for minutes. */
export async function isSessionAlive(
  deps: { queries: Queries; clock: Clock },
  session: { id: string; userId: string },
): Promise<boolean> {
  const { sessions } = schema
  const rows = await deps.queries
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.id, session.id), eq(sessions.userId, session.userId), gt(sessions.expiresAt, deps.clock.now())))
  return rows.length > 0
}
