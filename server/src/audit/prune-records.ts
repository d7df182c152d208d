import { schema } from '@holdfast/drizzle'
import { and, desc, gte, isNotNull, lte, sql } from 'drizzle-orm'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database/database.ts'
import { readChainEnd, writeChainEnd } from './chain-ends.ts'
import { lockChain } from './seal-records.ts'

const { auditRecords } = schema

/**
 * Removes records from the front of the chain that are older than `before`, at most `limit`, and keeps the hash of the last one: the
 * chain of the rest begins with it. A record never goes before an earlier one. @returns the place of the last record that was removed
 */
export function pruneRecords(
  { database, clock }: { readonly database: Pick<Database, 'queries'>; readonly clock: Clock },
  before: Date,
  limit: number,
): Promise<{ readonly removed: number; readonly lastSeq: number }> {
  return database.queries.transaction(async (tx) => {
    await lockChain(tx)
    const anchor = await readChainEnd(tx, 'auditAnchor')
    const [young] = await tx
      .select({ seq: sql<string | null>`min(${auditRecords.seq})` })
      .from(auditRecords)
      .where(and(isNotNull(auditRecords.seq), gte(auditRecords.at, before)))
    const bound = Math.min(anchor.seq + limit, young?.seq ? Number(young.seq) - 1 : Number.MAX_SAFE_INTEGER)
    const [last] = await tx
      .select({ seq: auditRecords.seq, hash: auditRecords.hash })
      .from(auditRecords)
      .where(lte(auditRecords.seq, bound))
      .orderBy(desc(auditRecords.seq))
      .limit(1)
    if (!last || last.seq === null || last.hash === null) return { removed: 0, lastSeq: anchor.seq }
    await tx.execute(sql`select set_config('holdfast.audit_retention', 'on', true)`)
    await tx.delete(auditRecords).where(lte(auditRecords.seq, last.seq))
    await writeChainEnd(tx, 'auditAnchor', { seq: last.seq, hash: last.hash }, clock.now())
    return { removed: last.seq - anchor.seq, lastSeq: last.seq }
  })
}
