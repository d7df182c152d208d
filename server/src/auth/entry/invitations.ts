import { schema } from '@holdfast/drizzle'
import { and, eq, gt, isNull } from 'drizzle-orm'
import type { Queries, Transaction } from '../../platform/database/database.ts'
import { hashSecretText } from '../secret-text.ts'

const { invitations } = schema

function isOpen(token: string, now: Date) {
  return and(
    eq(invitations.tokenHash, hashSecretText(token)),
    isNull(invitations.usedAt),
    isNull(invitations.revokedAt),
    gt(invitations.expiresAt, now),
  )
}

/** Null: the invitation was never made, was used or revoked, or has expired. */
export async function findInvitation(queries: Queries, token: string, now: Date) {
  const [row] = await queries.select().from(invitations).where(isOpen(token, now))
  return row ?? null
}

/** Uses an invitation up within the transaction, once, whoever comes at the same moment. Null as for `findInvitation`. */
export async function claimInvitation(tx: Transaction, token: string, now: Date) {
  const [row] = await tx.update(invitations).set({ usedAt: now }).where(isOpen(token, now)).returning()
  return row ?? null
}
