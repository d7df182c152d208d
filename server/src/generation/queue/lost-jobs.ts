import { activeStatusCondition } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { sql } from 'drizzle-orm'
import { executeRows, type Queries, type Transaction } from '../../platform/database/database.ts'
import type { GenerationJobs, ImportJobs } from '../store/generation-jobs.ts'

/** Any fixed number that nothing else on the same database uses for an advisory lock. */
const requeueLock = 4_726_511_095

interface LostGeneration {
  readonly id: Id
  readonly userId: Id
  /** Of one that waits for a person: when its question expires. Null: it is to run. */
  readonly expiresAt: string | null
}

/**
 * Active generations that no job will take up: after a restore, which has no jobs, or when the table of jobs was emptied. One that is
 * queued behind another answer has none by design.
 */
export async function findLostGenerations(queries: Queries): Promise<LostGeneration[]> {
  const rows = await executeRows<{ id: string; user_id: string; expires_at: string | null }>(
    queries,
    sql`select g.id::text as id, g.user_id::text as user_id, case when g.status = 'waiting' then coalesce(
        (select min(t.expires_at) from tool_calls t where t.generation_id = g.id and t.state = 'waiting'), now())::text end as expires_at
      from generations g
      join messages m on m.id = g.message_id
      left join messages question on question.conversation_id = m.conversation_id and question.id = m.parent_id
      left join messages above on above.conversation_id = m.conversation_id and above.id = question.parent_id
      where ${activeStatusCondition(sql`g.status`)}
        and not (g.status = 'queued' and above.id is not null and ${activeStatusCondition(sql`above.status`)})
        and not ${await hasJob(queries, 'generation', sql`'generationId'`, sql`g.id`)}
      order by g.id`,
  )
  return rows.map((row) => ({ id: row.id, userId: row.user_id, expiresAt: row.expires_at }))
}

async function findLostImports(queries: Queries): Promise<{ id: Id }[]> {
  return executeRows<{ id: string }>(
    queries,
    sql`select i.id::text as id from imports i
      where i.state in ('queued', 'running') and not ${await hasJob(queries, 'import', sql`'importId'`, sql`i.id`)}`,
  )
}

/** The first pending delivery of each webhook and conversation: it sends those behind it. */
async function findLostDeliveries(queries: Queries): Promise<{ id: Id; userId: Id; at: Date }[]> {
  const rows = await executeRows<{ id: string; user_id: string; at: string }>(
    queries,
    sql`select d.id::text as id, d.user_id::text as user_id, d.next_attempt_at::text as at from webhook_deliveries d
      where d.state = 'pending' and not ${await hasJob(queries, 'webhook', sql`'deliveryId'`, sql`d.id`)}
        and not exists (select 1 from webhook_deliveries earlier where earlier.webhook_id = d.webhook_id and earlier.state = 'pending'
          and earlier.conversation_id = d.conversation_id and earlier.seq < d.seq)
      order by d.id`,
  )
  return rows.map((row) => ({ id: row.id, userId: row.user_id, at: new Date(row.at) }))
}

/** A condition: a job for this row is waiting or runs. */
async function hasJob(queries: Queries, queue: string, field: ReturnType<typeof sql>, id: ReturnType<typeof sql>) {
  const [table] = await executeRows<{ name: string | null }>(queries, sql`select to_regclass('pgboss.job')::text as name`)
  if (!table?.name) return sql`false`
  return sql`exists (select 1 from pgboss.job j
    where j.name = ${queue} and j.state in ('created', 'retry', 'active') and j.data->>${field} = ${id}::text)`
}

/** Gives jobs to what has lost them, in the transaction. @returns how many */
export async function requeueLost(tx: Transaction, jobs: GenerationJobs & ImportJobs): Promise<number> {
  // Of several nodes that start, one looks at a time: a second job would take a running answer away from the first.
  await tx.execute(sql`select pg_advisory_xact_lock(${sql.raw(String(requeueLock))})`)
  const generations = await findLostGenerations(tx)
  for (const generation of generations) {
    if (generation.expiresAt === null) await jobs.enqueue(tx, generation)
    else await jobs.enqueueExpiry(tx, generation, new Date(generation.expiresAt))
  }
  const imports = await findLostImports(tx)
  for (const lost of imports) await jobs.enqueueImport(tx, lost)
  const deliveries = await findLostDeliveries(tx)
  for (const lost of deliveries) await jobs.enqueueDelivery(tx, lost, lost.at)
  return generations.length + imports.length + deliveries.length
}
