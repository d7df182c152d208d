import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import type { Transaction } from '../../platform/database/database.ts'

const { twoFactors, users } = schema

/** For somebody who has lost their authenticator app and their recovery codes. */
export async function turnOffTwoFactor(tx: Transaction, userId: Id): Promise<void> {
  await tx.delete(twoFactors).where(eq(twoFactors.userId, userId))
  await tx.update(users).set({ twoFactorEnabled: false }).where(eq(users.id, userId))
}
