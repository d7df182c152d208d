import { sql } from 'drizzle-orm'
import { createClock, type SettableClock } from '../clock.ts'
import type { Logger } from '../logger.ts'
import { executeRows, type Database } from './database.ts'

const toleratedClockMs = 2_000
/** An answer that took longer than this says little about the moment at which it was given. */
const longestAnswerMs = 2_000
const measureEveryMs = 60_000

/** This machine's clock minus the database's, in milliseconds; null when the database took too long to say. */
async function readAhead(database: Database): Promise<number | null> {
  const before = Date.now()
  const startedAt = performance.now()
  const [row] = await executeRows<{ ms: string }>(
    database.queries,
    sql`select (extract(epoch from clock_timestamp()) * 1000)::bigint::text as ms`,
  )
  const tookMs = performance.now() - startedAt
  if (tookMs > longestAnswerMs || row === undefined) return null
  return Math.round(before + tookMs / 2 - Number(row.ms))
}

/** This machine's clock minus the database's, which all nodes use for their times. 0 where it does not matter. */
export async function measureClock(database: Database, logger: Logger): Promise<number> {
  const clock = createClock()
  await correctClock(database, clock, logger)
  return clock.aheadMs()
}

/** Sets the clock right where it is more than two seconds from the database's, and says so. */
async function correctClock(database: Database, clock: SettableClock, logger: Logger): Promise<void> {
  if (database.kind === 'pglite') return
  const aheadMs = await readAhead(database)
  if (aheadMs === null || Math.abs(aheadMs - clock.aheadMs()) <= toleratedClockMs) return
  // A clock that is nearly right needs no help.
  clock.setAhead(Math.abs(aheadMs) <= toleratedClockMs ? 0 : aheadMs)
  if (clock.aheadMs() === 0) logger.info({ event: 'clock-right' }, 'the clock of this machine is that of the database again')
  else {
    logger.warn(
      { event: 'clock-apart', aheadMs },
      'the clock of this machine is not that of the database: the database is followed',
    )
  }
}

/** Measures again each minute: a clock may be set, and a machine may sleep, while the server runs. */
export function keepClock(deps: { database: Database; clock: SettableClock; logger: Logger }): Disposable {
  const { database, clock, logger } = deps
  const timer = setInterval(() => {
    correctClock(database, clock, logger).catch((error: unknown) => {
      logger.warn({ event: 'clock-unmeasured', err: error }, 'could not compare the clock with the database, trying again')
    })
  }, measureEveryMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
