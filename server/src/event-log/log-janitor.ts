import { activeStatusCondition, schema } from '@holdfast/drizzle'
import type { Conversation, Id } from '@holdfast/shared'
import { lt, sql } from 'drizzle-orm'
import { executeRows, type Database, type Transaction } from '../platform/database/database.ts'
import { deleteInSteps, stepsPerRun } from '../platform/database/delete-in-steps.ts'
import type { Logger } from '../platform/logger.ts'
import { packLogs } from './pack-logs.ts'
import { rowToRecords } from './packed-row.ts'

const { conversationBases } = schema

const intervalMs = 60_000
const runsPerRefresh = 10
/** Readers that were away for less than this always get what they missed, whatever LOG_KEEP_DAYS says. */
const leastMinutes = 60
const minutesPerDay = 24 * 60
/** The limit of one statement: nobody waits for the janitor. */
const rowsPerStep = 1_000
/** Answers to repeated requests are kept this long: no client repeats one after weeks. */
const keepRequestsDays = 30

/** The settings of the newest `conversation-updated` in a pruned row. */
interface PrunedRow {
  readonly conversationId: Id
  readonly fromSeq: number
  readonly payload: string
}

/**
 * [L5] Prunes logs: whole rows from the front of a conversation's log that are older than `keepMinutes`, never past the first event of a
 * generation that has not ended, and never within one that ended later: the state at every cursor that is left can be told. Rows of messages
 * hold what was pruned. One statement deletes at most 1,000 rows, found by the index on their time. Gives the number of rows deleted.
 */
export async function pruneLogs(database: Database, keepMinutes: number): Promise<number> {
  let pruned = 0
  let after: { readonly at: string; readonly conversationId: Id; readonly fromSeq: number } | null = null
  for (let step = 0; step < stepsPerRun; step += 1) {
    const result: Awaited<ReturnType<typeof pruneStep>> = await pruneStep(database, keepMinutes, after)
    pruned += result.pruned
    after = result.last
    if (after === null) break
  }
  return pruned
}

/** `last`: the last row that was looked at; null when there are no more. Rows that have to stay are passed over. */
async function pruneStep(
  database: Database,
  keepMinutes: number,
  after: { readonly at: string; readonly conversationId: Id; readonly fromSeq: number } | null,
): Promise<{ pruned: number; last: { at: string; conversationId: Id; fromSeq: number } | null }> {
  const cutoff = sql`now() - make_interval(secs => ${keepMinutes * 60})`
  const isAfter = after
    ? sql`and (at, conversation_id, from_seq) > (${after.at}::timestamptz, ${after.conversationId}::uuid, ${after.fromSeq}::bigint)`
    : sql``
  return await database.queries.transaction(async (tx) => {
    const page = await executeRows<{ id: string; last_seq: string; at: string; from_seq: string }>(
      tx,
      sql`select conversation_id as id, from_seq + n - 1 as last_seq, at::text as at, from_seq from conversation_log
        where at < ${cutoff} ${isAfter} order by at, conversation_id, from_seq limit ${rowsPerStep}`,
    )
    const last = page.at(-1)
    const next =
      last && page.length === rowsPerStep ? { at: last.at, conversationId: last.id, fromSeq: Number(last.from_seq) } : null
    if (!last) return { pruned: 0, last: null }
    const upTo = new Map<Id, number>()
    for (const { id, last_seq } of page) upTo.set(id, Math.max(upTo.get(id) ?? 0, Number(last_seq)))
    const input = JSON.stringify(Array.from(upTo, ([id, seq]) => ({ id, seq })))
    const rows = await executeRows<{ conversation_id: string; from_seq: string; settings: string | null }>(
      tx,
      sql`
      with wanted as (
        select * from json_to_recordset(${input}::json) as t(id uuid, seq bigint)
      ), bound as (
        select c.id, least(
          wanted.seq + 1,
          coalesce((
            select min(l.from_seq) from generations g join conversation_log l on l.generation_id = g.id
            where g.conversation_id = c.id and ${activeStatusCondition(sql`g.status`)}
          ), c.last_seq + 1),
          coalesce((
            select min(l.from_seq) from conversation_log l where l.conversation_id = c.id and l.at >= least(${cutoff}, (
              select min(g.created_at) from generations g where g.conversation_id = c.id and g.ended_at >= ${cutoff}
            ))
          ), c.last_seq + 1)
        ) as keep_from
        from conversations c join wanted on wanted.id = c.id
        order by c.id
        for update of c skip locked
      ), raised as (
        update conversations c set pruned_seq = greatest(c.pruned_seq, bound.keep_from - 1)
        from bound where c.id = bound.id returning c.id, c.pruned_seq
      ), deleted as (
        delete from conversation_log l using raised
        where l.conversation_id = raised.id and l.from_seq + l.n - 1 <= raised.pruned_seq
        returning l.conversation_id, l.from_seq, l.payload
      )
      select conversation_id, from_seq,
        case when position('"conversation-updated"' in payload) > 0 then payload end as settings
      from deleted`,
    )
    await keepSettings(
      tx,
      rows.flatMap(({ conversation_id, from_seq, settings }) =>
        settings === null ? [] : [{ conversationId: conversation_id, fromSeq: Number(from_seq), payload: settings }],
      ),
    )
    return { pruned: rows.length, last: next }
  })
}

/** What a conversation's settings were at the new front of its log: the pruned events alone said so. */
async function keepSettings(tx: Transaction, rows: readonly PrunedRow[]): Promise<void> {
  const newest = new Map<Id, { seq: number; conversation: Conversation }>()
  for (const { conversationId, fromSeq, payload } of rows) {
    for (const { seq, event } of rowToRecords({ fromSeq, at: new Date(0), payload })) {
      if (event.type !== 'conversation-updated' || seq < (newest.get(conversationId)?.seq ?? 0)) continue
      newest.set(conversationId, { seq, conversation: event.conversation })
    }
  }
  for (const [conversationId, { seq, conversation }] of newest) {
    const { title, model, instructions, parameters = {}, pinned, archived, activeMessageId } = conversation
    const values = { seq, title, model, instructions, parameters, pinned, archived, activeMessageId }
    await tx
      .insert(conversationBases)
      .values({ conversationId, ...values })
      .onConflictDoUpdate({ target: conversationBases.conversationId, set: values, setWhere: lt(conversationBases.seq, seq) })
  }
}

/**
 * The embedded database has no process that keeps its statistics: without them it takes every table for a small one, and reads a long
 * conversation from one end to the other.
 */
export async function refreshStatistics(database: Database): Promise<void> {
  if (database.kind === 'pglite') await executeRows(database.queries, sql`analyze`)
}

/**
 * Packs and prunes each minute. `keepDays`: how long events are kept, LOG_KEEP_DAYS; at least an hour. Failures are logged and tried again.
 */
export function startLogJanitor(deps: { database: Database; logger: Logger; keepDays: number }): Disposable {
  const keepMinutes = Math.max(leastMinutes, deps.keepDays * minutesPerDay)
  let runs = 0
  let isRunning = false
  const clean = async () => {
    if (isRunning) return
    isRunning = true
    try {
      const packed = await packLogs(deps.database)
      const pruned = await pruneLogs(deps.database, keepMinutes)
      await deleteInSteps(deps.database, 'requests', sql`created_at < now() - make_interval(days => ${keepRequestsDays})`)
      if (runs % runsPerRefresh === 0) await refreshStatistics(deps.database)
      runs += 1
      if (packed + pruned > 0)
        deps.logger.debug({ event: 'database', table: 'conversation_log', packed, pruned }, 'cleaned the log')
    } catch (error) {
      deps.logger.warn({ event: 'prune-failed', err: error }, 'cleaning the log failed, trying again')
    } finally {
      isRunning = false
    }
  }
  const timer = setInterval(() => void clean(), intervalMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
