import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { and, asc, eq } from 'drizzle-orm'
import type { Transaction } from '../platform/database/database.ts'

const { users } = schema

/**
 * Whether nobody else administers the server. Locks the administrators until the commit: two who demote each other at the same moment
 * cannot both succeed.
 */
export async function isLastAdmin(tx: Transaction, userId: Id): Promise<boolean> {
  const admins = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.role, 'admin'), eq(users.status, 'active')))
    .orderBy(asc(users.id))
    .for('update')
  return admins.length === 1 && admins[0]?.id === userId
}
