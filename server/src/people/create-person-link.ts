import { schema } from '@holdfast/drizzle'
import type { AdminLink, Id } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import { createResetLink } from '../auth/entry/reset-links.ts'
import type { Transaction } from '../platform/database/database.ts'
import { notFound, Refusal } from '../platform/refusal.ts'

const { users } = schema

/**
 * A link by which this person sets a new password, once within a day. It replaces the one before; the old password works until then.
 * @throws Refusal NOT_FOUND; BAD_REQUEST for a guest
 */
export async function createPersonLink(
  tx: Transaction,
  userId: Id,
  { publicAddress, now }: { readonly publicAddress: string; readonly now: Date },
): Promise<AdminLink> {
  const [user] = await tx
    .select({ isAnonymous: users.isAnonymous, isService: users.isService })
    .from(users)
    .where(eq(users.id, userId))
  if (!user) throw notFound('User')
  if (user.isAnonymous) throw new Refusal('BAD_REQUEST', 'userId: is a guest, who has no password')
  if (user.isService) throw new Refusal('BAD_REQUEST', 'userId: is a service account, which nobody signs in with')
  return createResetLink(tx, { userId, publicAddress, now })
}
