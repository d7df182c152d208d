import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { and, eq, gt, inArray, like, or } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Transaction } from '../../platform/database/database.ts'
import { createSecretText, hashSecretText } from '../secret-text.ts'

const { verifications } = schema
const minuteMs = 60 * 1000
const prefixes = { admin: 'reset-link:', mail: 'mailed-reset-link:' } as const
export const resetLinkHours = 24
export const mailedLinkMinutes = 60
const lifeMs = { admin: resetLinkHours * 60 * minuteMs, mail: mailedLinkMinutes * minuteMs } as const
const mailAgainMs = 5 * minuteMs

/**
 * A link by which somebody sets a new password, once, within a day; within an hour if it is mailed. One of an administrator ends the links
 * that this person had, and is for somebody whom they know: it also turns off two-step sign-in. Anyone can have a link mailed, so that ends
 * none.
 */
export async function createResetLink(
  tx: Transaction,
  {
    userId,
    publicAddress,
    now,
    by = 'admin',
  }: { readonly userId: Id; readonly publicAddress: string; readonly now: Date; readonly by?: keyof typeof prefixes },
): Promise<{ url: string; expiresAt: string }> {
  const token = createSecretText()
  const expiresAt = new Date(now.getTime() + lifeMs[by])
  if (by === 'admin') await endResetLinks(tx, userId)
  await tx.insert(verifications).values({
    id: uuidv7(),
    identifier: prefixes[by] + hashSecretText(token),
    value: userId,
    expiresAt,
    createdAt: now,
    updatedAt: now,
  })
  return { url: `${publicAddress}/reset/${token}`, expiresAt: expiresAt.toISOString() }
}

/** Whether this person was sent a link within the last five minutes that was not used. */
export async function wasMailedRecently(tx: Transaction, userId: Id, now: Date): Promise<boolean> {
  const isRecent = and(
    eq(verifications.value, userId),
    like(verifications.identifier, `${prefixes.mail}%`),
    gt(verifications.createdAt, new Date(now.getTime() - mailAgainMs)),
  )
  const found = await tx.select({ id: verifications.id }).from(verifications).where(isRecent).limit(1)
  return found.length > 0
}

/**
 * Uses a link up within the transaction, and with it all links of this person. Null: it was never made, was used, or has expired.
 */
export async function claimResetLink(
  tx: Transaction,
  token: string,
  now: Date,
): Promise<{ readonly userId: Id; readonly isFromAdmin: boolean } | null> {
  const hash = hashSecretText(token)
  const identifiers = Object.values(prefixes).map((prefix) => prefix + hash)
  const [row] = await tx
    .delete(verifications)
    .where(and(inArray(verifications.identifier, identifiers), gt(verifications.expiresAt, now)))
    .returning({ userId: verifications.value, identifier: verifications.identifier })
  if (!row) return null
  await endResetLinks(tx, row.userId)
  return { userId: row.userId, isFromAdmin: row.identifier.startsWith(prefixes.admin) }
}

async function endResetLinks(tx: Transaction, userId: Id): Promise<void> {
  const isLink = or(...Object.values(prefixes).map((prefix) => like(verifications.identifier, `${prefix}%`)))
  await tx.delete(verifications).where(and(eq(verifications.value, userId), isLink))
}
