import { schema } from '@holdfast/drizzle'
import type { AdminUser, Id, Limits, UserRole, UserStatus } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import { endAccess } from '../auth/end-access.ts'
import type { Transaction } from '../platform/database/database.ts'
import { badField, notFound } from '../platform/refusal.ts'
import { keepAnAdmin } from './keep-an-admin.ts'
import { rowToUser, userColumns } from './user-row.ts'

const { users } = schema

export interface PersonChanges {
  readonly role?: UserRole | undefined
  readonly status?: UserStatus | undefined
  readonly limits?: { readonly [Key in keyof Limits]?: Limits[Key] | undefined } | undefined
}

/**
 * Changes the given members. Somebody who is no longer active is out: their sessions and access tokens end. `endedIds` are to be published
 * by `publishRevocation` after the commit, so that open connections close.
 * @throws Refusal NOT_FOUND; CONFLICT when nobody would administer the server any more
 */
export async function changePerson(
  tx: Transaction,
  userId: Id,
  { role, status, limits }: PersonChanges,
  now: Date,
): Promise<{ user: AdminUser; endedIds: readonly Id[] }> {
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
  // Somebody who comes with the tokens of another system has no session of ours: their connections go by who they are.
  const endedIds = changed[0].status === 'active' ? [] : [userId, ...(await endAccess(tx, userId, { now }))]
  const [row] = await tx.select(userColumns).from(users).where(eq(users.id, userId))
  if (!row) throw notFound('User')
  return { user: rowToUser(row), endedIds }
}

/** A token that administers would be a key to everything that no person has to answer for. */
async function refusePrograms(tx: Transaction, userId: Id): Promise<void> {
  const [user] = await tx.select({ isService: users.isService }).from(users).where(eq(users.id, userId))
  if (user?.isService) throw badField('role', 'is that of a service account, which administers nothing')
}

type Given = NonNullable<PersonChanges['limits']>

/** Without members that are undefined. */
function toGiven(limits: Given): { [Key in keyof Given]?: NonNullable<Given[Key]> | null } {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined))
}
