import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { and, asc, eq } from 'drizzle-orm'
import type { Transaction } from '../platform/database/database.ts'
import { Refusal } from '../platform/refusal.ts'

const { users } = schema

/**
 * Makes sure that somebody else administers the server when this person no longer does. Locks the administrators until the commit: two
 * who demote each other at the same moment cannot both succeed. @throws Refusal CONFLICT
 */
export async function keepAnAdmin(tx: Transaction, userId: Id): Promise<void> {
  const admins = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.role, 'admin'), eq(users.status, 'active')))
    .orderBy(asc(users.id))
    .for('update')
  if (admins.length === 1 && admins[0]?.id === userId) {
    throw new Refusal('CONFLICT', 'This is the only administrator of the server. Make somebody else one first')
  }
}
