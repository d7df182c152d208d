import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { and, eq, gt, like } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Transaction } from '../../platform/database/database.ts'
import { createSecretText, hashSecretText } from '../secret-text.ts'

const { verifications } = schema
const prefix = 'reset-link:'
export const resetLinkHours = 24

/** A link by which somebody sets a new password, once within a day. It ends the links that this person had. */
export async function createResetLink(
  tx: Transaction,
  { userId, publicOrigin, now }: { readonly userId: Id; readonly publicOrigin: string; readonly now: Date },
): Promise<{ url: string; expiresAt: string }> {
  const token = createSecretText()
  const expiresAt = new Date(now.getTime() + resetLinkHours * 60 * 60 * 1000)
  await tx.delete(verifications).where(and(eq(verifications.value, userId), like(verifications.identifier, `${prefix}%`)))
  await tx.insert(verifications).values({
    id: uuidv7(),
    identifier: prefix + hashSecretText(token),
    value: userId,
    expiresAt,
    createdAt: now,
    updatedAt: now,
  })
  return { url: `${publicOrigin}/reset/${token}`, expiresAt: expiresAt.toISOString() }
}

/** Uses a link up within the transaction. Null: it was never made, was used, or has expired. */
export async function claimResetLink(tx: Transaction, token: string, now: Date): Promise<Id | null> {
  const [row] = await tx
    .delete(verifications)
    .where(and(eq(verifications.identifier, prefix + hashSecretText(token)), gt(verifications.expiresAt, now)))
    .returning({ userId: verifications.value })
  return row?.userId ?? null
}
