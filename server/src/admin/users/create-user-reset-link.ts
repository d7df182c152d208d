import { schema } from '@holdfast/drizzle'
import type { AdminLink, adminUsersResetLinkInput } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import { requireSession } from '../../auth/access-token-row.ts'
import type { User } from '../../auth/auth.ts'
import { createResetLink } from '../../auth/entry/reset-links.ts'
import type { Config } from '../../config/config.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { notFound, Refusal } from '../../platform/refusal.ts'

const { users } = schema

/**
 * A link by which this person sets a new password, once within a day. It replaces the one before; the old password works until then.
 * @throws Refusal UNAUTHORIZED without a session; NOT_FOUND; BAD_REQUEST for a guest or a service account
 */
export async function createUserResetLink(
  { database, clock, config }: { readonly database: Database; readonly clock: Clock; readonly config: Pick<Config, 'publicUrl'> },
  caller: User,
  { userId }: z.output<typeof adminUsersResetLinkInput>,
): Promise<AdminLink> {
  requireSession(caller, 'Links can only be created')
  return database.queries.transaction(async (tx) => {
    const [user] = await tx
      .select({ isAnonymous: users.isAnonymous, isService: users.isService })
      .from(users)
      .where(eq(users.id, userId))
    if (!user) throw notFound('User')
    if (user.isAnonymous) throw new Refusal('BAD_REQUEST', 'userId: is a guest, who has no password')
    if (user.isService) throw new Refusal('BAD_REQUEST', 'userId: is a service account, which nobody signs in with')
    return createResetLink(tx, { userId, publicOrigin: config.publicUrl.origin, now: clock.now() })
  })
}
