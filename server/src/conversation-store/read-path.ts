import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import { executeRows, type Queries } from '../platform/database/database.ts'
import { notFound } from '../platform/refusal.ts'
import type { MessageRow } from './message-row.ts'

const { messages } = schema

/** The path from the root to `leafId`: its newest `limit` messages, oldest first, and whether there are more above. */
export async function readPath(
  queries: Queries,
  input: { conversationId: Id; leafId: Id | null; limit: number },
): Promise<{ rows: MessageRow[]; hasMore: boolean }> {
  if (input.leafId === null) return { rows: [], hasMore: false }
  const path = queries.$with('path', { id: sql<string>`step_id`.as('step_id'), depth: sql<number>`depth`.as('depth') }).as(
    sql`select * from (
      with recursive above as (
        select id, parent_id, 1 as depth from messages
        where id = ${input.leafId} and conversation_id = ${input.conversationId} and deleted_at is null
        union all
        select m.id, m.parent_id, above.depth + 1 from above join messages m on m.id = above.parent_id
        where above.depth <= ${input.limit}
      ) select id as step_id, depth from above) path`,
  )
  const found = await queries
    .with(path)
    .select({ row: messages })
    .from(path)
    .innerJoin(messages, eq(messages.id, path.id))
    .orderBy(desc(path.depth))
  if (found.length === 0) throw notFound('Message')
  const hasMore = found.length > input.limit
  return { rows: found.slice(hasMore ? 1 : 0).map(({ row }) => row), hasMore }
}

/** The number of questions on the path from the root to `leafId`, that one included. */
export async function countTurnsAbove(queries: Queries, conversationId: Id, leafId: Id | null): Promise<number> {
  if (leafId === null) return 0
  const [row] = await executeRows<{ turns: number | string }>(
    queries,
    sql`
    with recursive path as (
      select parent_id, role from messages where id = ${leafId} and conversation_id = ${conversationId} and deleted_at is null
      union all
      select m.parent_id, m.role from path join messages m on m.id = path.parent_id
    ) select count(*) filter (where role = 'user') as turns from path`,
  )
  return Number(row?.turns ?? 0)
}

/** From a message down to the newest answer below it: the newest child, and its newest child, to the end. */
export async function readNewestLeaf(queries: Queries, conversationId: Id, messageId: Id): Promise<Id> {
  const [row] = await executeRows<{ id: string }>(
    queries,
    sql`
    with recursive branch as (
      select id, 0 as depth from messages
      where id = ${messageId} and conversation_id = ${conversationId} and deleted_at is null
      union all
      select child.id, branch.depth + 1 from branch join lateral (
        select id from messages
        where conversation_id = ${conversationId} and parent_id = branch.id and deleted_at is null
        order by added_seq desc limit 1
      ) child on true
    ) select id from branch order by depth desc limit 1`,
  )
  if (!row) throw notFound('Message')
  return row.id
}

/** A message that still exists, in a conversation of this user that is not in the trash. @throws Refusal NOT_FOUND */
export async function readMessageRow(queries: Queries, userId: Id, messageId: Id): Promise<MessageRow> {
  const row = await readTombstoneOrMessageRow(queries, userId, messageId)
  if (row.deletedAt !== null) throw notFound('Message')
  return row
}

/** As {@link readMessageRow}, and also what is left of a deleted one: it still says where it hung. */
export async function readTombstoneOrMessageRow(queries: Queries, userId: Id, messageId: Id): Promise<MessageRow> {
  const { conversations } = schema
  const [row] = await queries
    .select({ message: messages })
    .from(messages)
    .innerJoin(conversations, eq(conversations.id, messages.conversationId))
    .where(and(eq(messages.id, messageId), eq(conversations.userId, userId), isNull(conversations.deletedAt)))
  if (!row) throw notFound('Message')
  return row.message
}
