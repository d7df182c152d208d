import { sql } from 'drizzle-orm'
import type { Logger } from '../logger.ts'
import { executeRows, type Database } from './database.ts'

/** Removes from the files of the embedded database what was deleted for good. */
export interface Eraser extends AsyncDisposable {
  /** Rows were deleted that must not stay. Erased soon, several deletions at a time, and at the latest when the server stops. */
  readonly request: () => void
}

/** Tables with what people and models wrote, and the statistics, which hold samples of them. */
const tables = [
  'messages',
  'conversation_log',
  'conversations',
  'conversation_bases',
  'model_requests',
  'model_request_pieces',
  'tool_calls',
  'model_calls',
  'requests',
  'drafts',
  'search_documents',
  'search_titles',
  'files',
  'imports',
  'import_problems',
  'goals',
  'milestones',
  'tasks',
  'users',
  'accounts',
  'sessions',
  'pg_statistic',
]
const delayMs = 10_000
/** Rewriting a table keeps everybody waiting. Larger tables only mark their dead rows as free, and new rows overwrite them in time. */
const maxRewrittenBytes = 16 * 1024 * 1024

/**
 * Deleted rows stay in the embedded database's files and in its write-ahead log: nothing vacuums it, and old log files are used again as
 * they are. Postgres does this by itself, in its own time.
 */
export function createEraser({ database, logger }: { readonly database: Database; readonly logger: Logger }): Eraser {
  let timer: NodeJS.Timeout | null = null
  let running = Promise.resolve()

  const erase = async () => {
    timer = null
    try {
      await eraseDeleted(database)
    } catch (error) {
      logger.warn({ event: 'erase-failed', err: error }, 'erasing deleted rows failed; the next deletion tries again')
    }
  }
  return {
    request: () => {
      if (database.kind !== 'pglite' || timer) return
      timer = setTimeout(() => {
        running = erase()
      }, delayMs)
      timer.unref()
    },
    [Symbol.asyncDispose]: async () => {
      if (timer) {
        clearTimeout(timer)
        running = running.then(erase)
      }
      await running
    },
  }
}

/** Leaves no deleted row in the files of an embedded database whose tables are of moderate size. */
export async function eraseDeleted({ queries }: Database): Promise<void> {
  for (const table of tables) {
    const [row] = await executeRows<{ bytes: string }>(
      queries,
      sql`select pg_total_relation_size(${table}::regclass)::text as bytes`,
    )
    // Analysed again, too: statistics hold samples of what was there.
    const isSmall = Number(row?.bytes ?? 0) <= maxRewrittenBytes
    await queries.execute(isSmall ? sql`vacuum (full, analyze) ${sql.identifier(table)}` : sql`vacuum ${sql.identifier(table)}`)
  }
  await queries.execute(sql`set wal_recycle = off`)
  await queries.execute(sql`select pg_switch_wal()`)
  await queries.execute(sql`checkpoint`)
}
