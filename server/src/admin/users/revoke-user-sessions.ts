import { schema } from '@holdfast/drizzle'
import type { adminUsersRevokeSessionsInput, adminUsersRevokeSessionsOutput } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { User } from '../../auth/auth.ts'
import { endAccess } from '../../auth/end-access.ts'
import { publishRevocation } from '../../auth/session-revoked.ts'
import type { Bus } from '../../platform/bus/bus.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { notFound } from '../../platform/refusal.ts'

const { users } = schema

/** Ends all sessions and access tokens of a person, except the session that asks. @throws Refusal NOT_FOUND */
export async function revokeUserSessions(
  { database, clock, bus }: { readonly database: Database; readonly clock: Clock; readonly bus: Bus },
  caller: User,
  { userId }: z.output<typeof adminUsersRevokeSessionsInput>,
): Promise<z.infer<typeof adminUsersRevokeSessionsOutput>> {
  const endedIds = await database.queries.transaction(async (tx) => {
    const [user] = await tx.select({ id: users.id }).from(users).where(eq(users.id, userId))
    if (!user) throw notFound('User')
    return endAccess(tx, userId, { now: clock.now(), exceptSessionId: caller.sessionId })
  })
  for (const id of endedIds) publishRevocation(bus, id)
  return { ended: endedIds.length }
}
