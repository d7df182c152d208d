import { sql } from 'drizzle-orm'
import type { Logger } from '../logger.ts'
import { executeRows, type Database } from './database.ts'

const toleratedClockMs = 2_000

/** This machine's clock minus the database's, which all nodes use for their times. 0 where it does not matter. */
export async function measureClock(database: Database, logger: Logger): Promise<number> {
  if (database.kind === 'pglite') return 0
  const before = Date.now()
  const [row] = await executeRows<{ ms: string }>(
    database.queries,
    sql`select (extract(epoch from clock_timestamp()) * 1000)::bigint::text as ms`,
  )
  const aheadMs = Math.round((before + Date.now()) / 2 - Number(row?.ms ?? before))
  if (Math.abs(aheadMs) <= toleratedClockMs) return 0
  logger.warn(
    { event: 'clock-apart', aheadMs },
    'the clock of this machine is not that of the database: the database is followed',
  )
  return aheadMs
}
