import { schema } from '@holdfast/drizzle'
import type { AdminUser, adminUsersUpdateInput, Id } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import { requireSession } from '../../auth/access-token-row.ts'
import type { User } from '../../auth/auth.ts'
import { endAccess } from '../../auth/end-access.ts'
import { publishRevocation } from '../../auth/session-revoked.ts'
import { keepAnAdmin } from '../../people/keep-an-admin.ts'
import { rowToUser, userColumns } from '../../people/user-row.ts'
import type { Bus } from '../../platform/bus/bus.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Transaction } from '../../platform/database/database.ts'
import { badField, notFound } from '../../platform/refusal.ts'

const { users } = schema

/**
 * Changes the given members. Somebody who is no longer active is out at once: sessions and access tokens end, and open connections close.
 * @throws Refusal NOT_FOUND; CONFLICT when nobody would administer the server any more; UNAUTHORIZED without a session for a new
 * administrator
 */
export async function updateUser(
  deps: { readonly database: Database; readonly clock: Clock; readonly bus: Bus },
  caller: User,
  { userId, role, status, limits }: z.output<typeof adminUsersUpdateInput>,
): Promise<AdminUser> {
  if (role === 'admin') requireSession(caller, 'Administrators can only be made')
  const now = deps.clock.now()
  const { user, endedIds } = await deps.database.queries.transaction(async (tx) => {
    if (role === 'admin') await refusePrograms(tx, userId)
    if (role === 'member' || (status !== undefined && status !== 'active')) await keepAnAdmin(tx, userId)
    const changed = await tx
      .update(users)
      .set({
        updatedAt: now,
        ...(role === undefined ? {} : { role }),
        ...(status === undefined ? {} : { status }),
        ...(limits === undefined ? {} : { limits: toGiven(limits) }),
      })
      .where(eq(users.id, userId))
      .returning({ status: users.status })
    if (!changed[0]) throw notFound('User')
    const ended = changed[0].status === 'active' ? [] : await endAccess(tx, userId, { now })
    const [row] = await tx.select(userColumns).from(users).where(eq(users.id, userId))
    if (!row) throw notFound('User')
    return { user: rowToUser(row), endedIds: ended }
  })
  for (const id of endedIds) publishRevocation(deps.bus, id)
  return user
}

/** A token that administers would be a key to everything that no person has to answer for. */
async function refusePrograms(tx: Transaction, userId: Id): Promise<void> {
  const [user] = await tx.select({ isService: users.isService }).from(users).where(eq(users.id, userId))
  if (user?.isService) throw badField('role', 'is that of a service account, which administers nothing')
}

type Given = NonNullable<z.output<typeof adminUsersUpdateInput>['limits']>

/** Without members that are undefined. */
function toGiven(limits: Given): { [Key in keyof Given]?: NonNullable<Given[Key]> | null } {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined))
}
