import { activeStatusCondition } from '@holdfast/drizzle'
import { sql } from 'drizzle-orm'
import type { Database } from '../../platform/database/database.ts'
import { deleteInSteps } from '../../platform/database/delete-in-steps.ts'
import type { Logger } from '../../platform/logger.ts'

const intervalMs = 10 * 60_000
const minutesPerDay = 24 * 60
const leastMinutes = 60

/** Removes what models were asked longer than `keepMinutes` ago, and then the pieces and tools that no request needs any more. */
export async function pruneModelRequests(database: Database, keepMinutes: number): Promise<number> {
  const count = await deleteInSteps(
    database,
    'model_requests',
    sql`sent_at < now() - make_interval(mins => ${keepMinutes}) and not exists (
      select 1 from generations g where g.conversation_id = model_requests.conversation_id and ${activeStatusCondition(sql`g.status`)}
    )`,
  )
  // A conversation sends its pieces again with each question: they stay as long as one of its requests.
  const isOrphan = sql`conversation_id in (
    select p.conversation_id from model_request_pieces p where p.n = 1
      and not exists (select 1 from model_requests r where r.conversation_id = p.conversation_id)
      and not exists (
        select 1 from generations g where g.conversation_id = p.conversation_id and ${activeStatusCondition(sql`g.status`)}
      )
  )`
  // The first piece leads to the others, so it goes last.
  await deleteInSteps(database, 'model_request_pieces', sql`n > 1 and ${isOrphan}`)
  await deleteInSteps(
    database,
    'model_request_pieces',
    sql`n = 1 and ${isOrphan} and not exists (
      select 1 from model_request_pieces other where other.conversation_id = model_request_pieces.conversation_id and other.n > 1
    )`,
  )
  await deleteInSteps(
    database,
    'model_request_tools',
    sql`not exists (select 1 from model_requests r where r.tools_hash = model_request_tools.hash)`,
  )
  return count
}

/** Prunes every ten minutes. `keepDays`: LOG_KEEP_DAYS, and an hour at least. Failures are logged and tried again. */
export function startRequestJanitor(deps: { database: Database; logger: Logger; keepDays: number }): Disposable {
  const keepMinutes = Math.max(leastMinutes, deps.keepDays * minutesPerDay)
  let isRunning = false
  const clean = async () => {
    if (isRunning) return
    isRunning = true
    try {
      await pruneModelRequests(deps.database, keepMinutes)
    } catch (error) {
      deps.logger.warn({ event: 'prune-failed', err: error }, 'pruning what models were asked failed, trying again')
    } finally {
      isRunning = false
    }
  }
  const timer = setInterval(() => void clean(), intervalMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
