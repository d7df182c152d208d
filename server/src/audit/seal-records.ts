import { schema } from '@holdfast/drizzle'
import { asc, isNull, sql } from 'drizzle-orm'
import type { Clock } from '../platform/clock.ts'
import { executeRows, type Database, type Queries } from '../platform/database/database.ts'
import { readChainEnd, writeChainEnd } from './chain-ends.ts'
import { hashRecord } from './record-hash.ts'

const { auditRecords } = schema

/** Any fixed number that nothing else on the same database uses for an advisory lock. */
const chainLock = 4_726_511_095
const recordsPerStep = 500

/** Held until the end of the transaction by whoever changes the chain, so that nodes take turns. */
export async function lockChain(tx: Pick<Queries, 'execute'>): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${chainLock}::bigint)`)
}

/**
 * Gives the records that wait for one their place in the chain, the oldest first, at most 500. A record whose transaction commits later
 * comes later, whatever its time. @returns their number
 */
export async function sealRecords({
  database,
  clock,
}: {
  readonly database: Pick<Database, 'queries'>
  readonly clock: Clock
}): Promise<number> {
  const { queries } = database
  const waiting = await queries.select({ id: auditRecords.id }).from(auditRecords).where(isNull(auditRecords.seq)).limit(1)
  if (waiting.length === 0) return 0
  return queries.transaction(async (tx) => {
    await lockChain(tx)
    const rows = await tx
      .select()
      .from(auditRecords)
      .where(isNull(auditRecords.seq))
      .orderBy(asc(auditRecords.at), asc(auditRecords.id))
      .limit(recordsPerStep)
    let head = await readChainEnd(tx, 'auditHead')
    const places = rows.map((row) => {
      const seq = head.seq + 1
      head = { seq, hash: hashRecord(head.hash, { ...row, seq }) }
      return { id: row.id, ...head }
    })
    if (places.length === 0) return 0
    await executeRows(
      tx,
      sql`
      update audit_records r set seq = place.seq, hash = place.hash
      from jsonb_to_recordset((${JSON.stringify(places)}::text)::jsonb) as place (id uuid, seq bigint, hash text)
      where r.id = place.id`,
    )
    await writeChainEnd(tx, 'auditHead', head, clock.now())
    return places.length
  })
}
