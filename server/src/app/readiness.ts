import { lastMigrationAt } from '@holdfast/drizzle'
import { sql } from 'drizzle-orm'
import type { Config } from '../config/config.ts'
import type { Readiness } from '../http/health.ts'
import { executeRows, type Database } from '../platform/database/database.ts'
import { hasRoom } from '../platform/database/has-room.ts'
import type { Logger } from '../platform/logger.ts'

/** A database that does not answer within this time serves nobody. */
const deadlineMs = 3_000

interface ReadinessDeps {
  readonly config: Pick<Config, 'databaseUrl' | 'dataDir'>
  readonly database: Pick<Database, 'queries'>
  readonly logger: Logger
  readonly isClosing: () => boolean
  readonly timeoutMs?: number
}

/** Finds out whether this node can serve. The details of a failure are for the log alone. */
export function createReadiness(deps: ReadinessDeps): Readiness {
  const neededAt = lastMigrationAt()
  return async () => {
    if (deps.isClosing()) return ['The server is stopping']
    const problems = await Promise.all([checkDatabase(deps, neededAt), checkDisk(deps)])
    return problems.filter((problem) => problem !== null)
  }
}

async function checkDatabase(
  { database, logger, timeoutMs = deadlineMs }: ReadinessDeps,
  neededAt: number,
): Promise<string | null> {
  const { promise: deadline, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
  try {
    const [row] = await Promise.race([
      executeRows<{ at: string | number | null }>(
        database.queries,
        sql`select max(created_at) as at from drizzle.__drizzle_migrations`,
      ),
      deadline,
    ])
    // Another program may have put an older database in the place of ours.
    return Number(row?.at ?? 0) < neededAt ? 'The database is older than this version of the server: restart it' : null
  } catch (err) {
    logger.warn({ event: 'not-ready', check: 'database', err }, 'the database does not answer')
    return 'The database does not answer'
  } finally {
    clearTimeout(timer)
  }
}

/** Of the embedded database; what Postgres needs is its own concern. */
async function checkDisk({ config, logger }: ReadinessDeps): Promise<string | null> {
  if (config.databaseUrl !== null || config.dataDir === null) return null
  try {
    return (await hasRoom(config.dataDir)) ? null : 'The disk is almost full'
  } catch (err) {
    logger.warn({ event: 'not-ready', check: 'disk', err }, 'the data directory cannot be read')
    return 'The data directory cannot be read'
  }
}
