import { schema } from '@holdfast/drizzle'
import { and, asc, gt, lte, sql } from 'drizzle-orm'
import { executeRows, type Queries } from '../platform/database/database.ts'
import { readChainEnd } from './chain-ends.ts'
import type { ChainLink, SealedRecord } from './record-hash.ts'
import { verifyChain, type ChainFault, type ChainReport } from './verify-chain.ts'

const { auditRecords } = schema
const recordsPerRead = 1_000

export interface TableReport extends ChainReport {
  /** Null: the whole chain was read. Otherwise the record to continue after. */
  readonly next: ChainLink | null
}

/**
 * Verifies the chain in the database, from its first record on or after a record that was verified before. Records that are written
 * meanwhile are left for the next time.
 * @param options.limit at most so many records; by default all
 */
export async function verifyTable(
  queries: Queries,
  options: { readonly after?: ChainLink; readonly limit?: number } = {},
): Promise<TableReport> {
  const { limit = Number.MAX_SAFE_INTEGER } = options
  const head = await readChainEnd(queries, 'auditHead')
  const anchor = await readChainEnd(queries, 'auditAnchor')
  const start = options.after && options.after.seq > anchor.seq ? options.after : anchor
  const isWhole = head.seq - start.seq <= limit
  const records = readRecords(queries, start.seq, isWhole ? head.seq : start.seq + limit)
  const report = await verifyChain(records, { anchor: start, ...(isWhole ? { head } : {}) })
  // The oldest records may have been removed since their end was read.
  if (report.fault && (await readChainEnd(queries, 'auditAnchor')).seq > anchor.seq) return verifyTable(queries, options)
  const fault = report.fault ?? (isWhole ? await findBeyondEnd(queries) : null)
  return { ...report, fault, next: fault === null && !isWhole ? report.head : null }
}

/** In one statement: a record and the end of the chain are written together. */
async function findBeyondEnd(queries: Queries): Promise<ChainFault | null> {
  const [row] = await executeRows<{ id: string; seq: string | number }>(
    queries,
    sql`
    select id, seq from audit_records
    where seq > coalesce((select (value ->> 'seq')::bigint from server_settings where key = 'auditHead'), 0)
    order by seq limit 1`,
  )
  if (!row) return null
  const seq = Number(row.seq)
  return { seq, id: row.id, message: `Record ${seq} (${row.id}) stands after the end of the chain: it was inserted.` }
}

/** The sealed records after `after` and up to `upTo`, in order. */
async function* readRecords(queries: Queries, after: number, upTo: number): AsyncGenerator<SealedRecord> {
  let last = after
  for (;;) {
    const rows = await queries
      .select()
      .from(auditRecords)
      .where(and(gt(auditRecords.seq, last), lte(auditRecords.seq, upTo)))
      .orderBy(asc(auditRecords.seq))
      .limit(recordsPerRead)
    for (const row of rows) {
      if (row.seq === null) return
      yield { ...row, seq: row.seq, hash: row.hash ?? '' }
      last = row.seq
    }
    if (rows.length < recordsPerRead) return
  }
}
