import type { Id } from '@holdfast/shared'
import { isLastAdmin } from '../auth/is-last-admin.ts'
import type { Transaction } from '../platform/database/database.ts'
import { Refusal } from '../platform/refusal.ts'

/** Makes sure that somebody else administers the server when this person no longer does, as {@link isLastAdmin}. @throws Refusal CONFLICT */
export async function keepAnAdmin(tx: Transaction, userId: Id): Promise<void> {
  if (await isLastAdmin(tx, userId)) {
    throw new Refusal('CONFLICT', 'This is the only administrator of the server. Make somebody else one first')
  }
}
