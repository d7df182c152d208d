import { sql } from 'drizzle-orm'
import type { Transaction } from '../../platform/database/database.ts'

/** Between here and the end of the transaction nobody else decides whether the bytes with this hash are kept. */
export async function lockContent(tx: Transaction, sha256: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${sha256}, 7))`)
}
