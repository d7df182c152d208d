import { schema } from '@holdfast/drizzle'
import type { accountSessionsRevokeInput, accountSessionsRevokeOutput } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import { requireSession } from '../../auth/access-token-row.ts'
import type { User } from '../../auth/auth.ts'
import { publishRevocation } from '../../auth/session-revoked.ts'
import type { Bus } from '../../platform/bus/bus.ts'
import type { Database } from '../../platform/database/database.ts'
import { notFound } from '../../platform/refusal.ts'

const { sessions } = schema

/** Signs out one of the user's browsers, and closes its open connections. @throws Refusal NOT_FOUND, UNAUTHORIZED without a session */
export async function revokeSession(
  { database, bus }: { readonly database: Database; readonly bus: Bus },
  user: User,
  { sessionId }: z.output<typeof accountSessionsRevokeInput>,
): Promise<z.infer<typeof accountSessionsRevokeOutput>> {
  requireSession(user, 'Sessions can only be ended')
  const ended = await database.queries
    .delete(sessions)
    .where(and(eq(sessions.id, sessionId), eq(sessions.userId, user.id)))
    .returning({ id: sessions.id })
  if (ended.length === 0) throw notFound('Session')
  publishRevocation(bus, sessionId)
  return { sessionId }
}
