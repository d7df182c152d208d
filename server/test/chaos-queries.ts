import { activeStatusCondition, schema } from '@holdfast/drizzle'
import type { Id, Message } from '@holdfast/shared'
import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm'
import { rowsToMessages } from '../src/conversation-store/message-row.ts'
import { executeRows, type Queries } from '../src/platform/database/database.ts'

const { conversationLog, conversations, generations, messages, tasks } = schema

/** What the oracle of `chaos/` asks the database. */

/** All messages that exist, on every branch, as their rows have them. */
export async function readAllMessages(queries: Queries, conversationId: Id): Promise<Message[]> {
  const rows = await queries
    .select()
    .from(messages)
    .where(and(eq(messages.conversationId, conversationId), isNull(messages.deletedAt)))
    .orderBy(asc(messages.addedSeq))
  return rowsToMessages(queries, conversationId, rows)
}

export async function readLogRows(queries: Queries, conversationId: Id) {
  const [row] = await queries
    .select({ lastSeq: conversations.lastSeq, prunedSeq: conversations.prunedSeq })
    .from(conversations)
    .where(eq(conversations.id, conversationId))
  // After the row: what is appended meanwhile makes the log longer, never shorter.
  const batches = await queries
    .select({ fromSeq: conversationLog.fromSeq, n: conversationLog.n })
    .from(conversationLog)
    .where(eq(conversationLog.conversationId, conversationId))
    .orderBy(asc(conversationLog.fromSeq))
  return { batches, lastSeq: row?.lastSeq ?? 0, prunedSeq: row?.prunedSeq ?? 0 }
}

export async function readStuckGenerations(queries: Queries, conversationId: Id): Promise<Id[]> {
  const rows = await queries
    .select({ id: generations.id })
    .from(generations)
    .where(and(eq(generations.conversationId, conversationId), activeStatusCondition(generations.status)))
  return rows.map(({ id }) => id)
}

/** Jobs that would still run a generation that has ended. */
export async function readJobsOfEnded(queries: Queries, conversationId: Id): Promise<string[]> {
  const rows = await executeRows<{ id: string }>(
    queries,
    sql`
    select j.id from pgboss.job j join generations g on g.id::text = j.data->>'generationId'
    where j.name = 'generation' and j.data->>'type' = 'run' and j.state in ('created', 'retry', 'active')
      and g.conversation_id = ${conversationId} and not (${activeStatusCondition(sql`g.status`)})`,
  )
  return rows.map(({ id }) => id)
}

export async function readTaskCounts(queries: Queries, titles: readonly string[]): Promise<Map<string, number>> {
  const rows = await queries
    .select({ title: tasks.title, count: sql<number>`count(*)::int` })
    .from(tasks)
    .where(inArray(tasks.title, [...titles]))
    .groupBy(tasks.title)
  const counts = new Map(rows.map(({ title, count }) => [title, count]))
  return new Map(titles.map((title) => [title, counts.get(title) ?? 0]))
}

/** Gives the running job of a generation to another worker, as after a crash, while the first one still works: a zombie. */
export async function takeJobAway(queries: Queries, messageId: Id): Promise<boolean> {
  const rows = await executeRows(
    queries,
    sql`
    update pgboss.job set state = 'retry', start_after = now() - interval '1 second'
    where name = 'generation' and state = 'active' and data->>'type' = 'run'
      and data->>'generationId' in (select id::text from generations where message_id = ${messageId} and status = 'generating')
    returning id`,
  )
  return rows.length > 0
}
