import type { Id } from '@holdfast/shared'
import { sql } from 'drizzle-orm'
import { executeRows, type Queries } from '../../platform/database/database.ts'

/** The events of one generation for one statement. `payload` is `ConversationEvent[]` as JSON. */
export interface Batch {
  readonly generationId: Id
  readonly fence: number
  /** Events that this generation wrote before. */
  readonly after: number
  readonly n: number
  readonly payload: string
}

export interface Appended {
  readonly generationId: Id
  readonly fromSeq: number
  readonly at: string
  readonly cancel: boolean
}

/** The time for which a worker may be silent before another may claim its generation. */
export const leaseSeconds = 15

/**
 * Appends for all generations of a node in ONE statement: checks each fence, renews each lease, takes the conversations' next numbers
 * and returns the generations to be cancelled. A batch that is missing in the answer wrote nothing: its lease was lost, its generation has
 * ended, or it was written before (a repeat after an unknown commit).
 *
 * The fence is an update of the row that a takeover must update too, so a worker that was replaced can never commit after it.
 */
export async function appendBatches(queries: Queries, batches: readonly Batch[], now: Date): Promise<Appended[]> {
  const input = JSON.stringify(
    batches.map(({ generationId, fence, after, n, payload }) => ({ id: generationId, fence, after, n, payload })),
  )
  const rows = await executeRows<{ id: string; from_seq: number | string; at: string | Date; cancel: boolean }>(
    queries,
    sql`
    with input as (
      select * from json_to_recordset(${input}::json) as t(id uuid, fence int, after bigint, n int, payload text)
    ), fenced as (
      update generations g
      set written = g.written + i.n, lease_until = now() + make_interval(secs => ${leaseSeconds})
      from input i
      where g.id = i.id and g.fence = i.fence and g.status = 'generating' and g.written = i.after
      returning g.id, g.conversation_id, i.n, i.payload, g.cancel_requested_at is not null as cancel
    ), numbered as (
      update conversations c
      set last_seq = c.last_seq + s.n, last_event_at = greatest(c.last_event_at, ${now.toISOString()}::timestamptz)
      from (select conversation_id, sum(n)::bigint as n from fenced group by 1 order by 1) s
      where c.id = s.conversation_id
      returning c.id, c.last_seq - s.n as base, c.last_event_at as at
    ), ordered as (
      select f.*, numbered.at, base + 1 + coalesce(sum(f.n) over (
        partition by f.conversation_id order by f.id rows between unbounded preceding and 1 preceding), 0) as from_seq
      from fenced f join numbered on numbered.id = f.conversation_id
    ), inserted as (
      insert into conversation_log (conversation_id, from_seq, n, generation_id, at, payload)
      select conversation_id, from_seq, n, id, at, payload from ordered
    )
    select id, from_seq, at, cancel from ordered`,
  )
  return rows.map((row) => ({
    generationId: row.id,
    fromSeq: Number(row.from_seq),
    at: new Date(row.at).toISOString(),
    cancel: row.cancel,
  }))
}

/** Renews the leases of generations that have nothing to write. Returns those that are still owned, and whether a cancel was requested. */
export async function renewLeases(
  queries: Queries,
  held: readonly { generationId: Id; fence: number }[],
): Promise<{ generationId: Id; cancel: boolean }[]> {
  if (held.length === 0) return []
  const input = JSON.stringify(held.map(({ generationId, fence }) => ({ id: generationId, fence })))
  const rows = await executeRows<{ id: string; cancel: boolean }>(
    queries,
    sql`
    update generations g set lease_until = now() + make_interval(secs => ${leaseSeconds})
    from json_to_recordset(${input}::json) as i(id uuid, fence int)
    where g.id = i.id and g.fence = i.fence and g.status = 'generating'
    returning g.id, g.cancel_requested_at is not null as cancel`,
  )
  return rows.map((row) => ({ generationId: row.id, cancel: row.cancel }))
}

/** After an unknown commit: whether these events are in the log. */
export async function wasWritten(queries: Queries, batch: Batch): Promise<boolean> {
  const rows = await executeRows(
    queries,
    sql`select 1 from generations where id = ${batch.generationId} and fence = ${batch.fence} and written >= ${batch.after + batch.n}`,
  )
  return rows.length > 0
}
