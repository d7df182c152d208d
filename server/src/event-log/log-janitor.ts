import { activeStatusCondition } from '@holdfast/drizzle'
import { sql } from 'drizzle-orm'
import { executeRows, type Database } from '../platform/database/database.ts'
import type { Logger } from '../platform/logger.ts'

const intervalMs = 60_000
const runsPerRefresh = 10
/** The time for which the events of an ended answer are kept for readers that were away; older cursors get a snapshot. */
const keepMinutes = 60
const conversationsPerRun = 50
/** Answers to repeated requests are kept this long: no client repeats one after weeks. */
const keepRequestsDays = 30

/**
 * [L5] Prunes logs: whole rows from the front of a conversation's log that are older than an hour, never past the first event of a
 * generation that has not ended. Rows of messages hold what was pruned.
 */
export async function pruneLogs(database: Database, keepMinutesOverride = keepMinutes): Promise<number> {
  const rows = await executeRows<{ pruned: number | string }>(
    database.queries,
    sql`
    with old as (
      select distinct conversation_id from (
        select conversation_id from conversation_log
        where at < now() - make_interval(mins => ${keepMinutesOverride}) order by at limit 5000
      ) candidates limit ${conversationsPerRun}
    ), bound as (
      select c.id, least(
        coalesce((
          select min(l.from_seq) from generations g join conversation_log l on l.generation_id = g.id
          where g.conversation_id = c.id and ${activeStatusCondition(sql`g.status`)}
        ), c.last_seq + 1),
        coalesce((
          select min(l.from_seq) from conversation_log l
          where l.conversation_id = c.id and l.at >= now() - make_interval(mins => ${keepMinutesOverride})
        ), c.last_seq + 1)
      ) as keep_from
      from conversations c join old on old.conversation_id = c.id
      for update of c skip locked
    ), raised as (
      update conversations c set pruned_seq = greatest(c.pruned_seq, bound.keep_from - 1)
      from bound where c.id = bound.id returning c.id, c.pruned_seq
    ), deleted as (
      delete from conversation_log l using raised
      where l.conversation_id = raised.id and l.from_seq <= raised.pruned_seq returning 1
    )
    select count(*) as pruned from deleted`,
  )
  return Number(rows[0]?.pruned ?? 0)
}

async function pruneRequests(database: Database): Promise<void> {
  await executeRows(
    database.queries,
    sql`delete from requests where created_at < now() - make_interval(days => ${keepRequestsDays})`,
  )
}

/**
 * The embedded database has no process that keeps its statistics: without them it takes every table for a small one, and reads a long
 * conversation from one end to the other.
 */
export async function refreshStatistics(database: Database): Promise<void> {
  if (database.kind === 'pglite') await executeRows(database.queries, sql`analyze`)
}

/** Prunes each minute. Failures are logged and tried again. */
export function startLogJanitor(deps: { database: Database; logger: Logger }): Disposable {
  let runs = 0
  const clean = async () => {
    try {
      const rows = await pruneLogs(deps.database)
      await pruneRequests(deps.database)
      if (runs % runsPerRefresh === 0) await refreshStatistics(deps.database)
      runs += 1
      if (rows > 0) deps.logger.debug({ event: 'database', table: 'conversation_log', rows: -rows }, 'pruned the log')
    } catch (error) {
      deps.logger.warn({ event: 'prune-failed', err: error }, 'pruning the log failed, trying again')
    }
  }
  const timer = setInterval(() => void clean(), intervalMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
