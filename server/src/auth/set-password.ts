import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Queries, Transaction } from '../platform/database/database.ts'

const { accounts } = schema

/** Sets the password of an account, also of one that had none. */
export async function setPassword(
  queries: Queries | Transaction,
  { userId, passwordHash, now }: { readonly userId: Id; readonly passwordHash: string; readonly now: Date },
): Promise<void> {
  const changed = await queries
    .update(accounts)
    .set({ password: passwordHash, updatedAt: now })
    .where(and(eq(accounts.userId, userId), eq(accounts.providerId, 'credential')))
    .returning({ id: accounts.id })
  if (changed.length > 0) return
  await queries.insert(accounts).values({
    id: uuidv7(),
    userId,
    accountId: userId,
    providerId: 'credential',
    password: passwordHash,
    createdAt: now,
    updatedAt: now,
  })
}
