import { activeStatusCondition, schema } from '@holdfast/drizzle'
import { mergeParameters, type Conversation, type ConversationEvent, type ConversationStatus, type Id } from '@holdfast/shared'
import { and, eq, isNull, sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import type { Queries, Transaction } from '../platform/database/database.ts'
import type { Appended, Appending, UnitOfWork } from '../event-log/unit-of-work.ts'
import { notFound } from '../platform/refusal.ts'
import { indexTitle } from './index-messages.ts'

const { conversations } = schema

export type ConversationRow = typeof conversations.$inferSelect

export function rowToConversation(row: ConversationRow): Conversation {
  return {
    id: row.id,
    title: row.title,
    model: row.model,
    instructions: row.instructions,
    parameters: mergeParameters(row.parameters),
    messageCount: row.messageCount,
    pinned: row.pinned,
    archived: row.archived,
    unread: row.endedSeq > row.readSeq,
    activeMessageId: row.activeMessageId,
    state: row.state,
    hasActiveGeneration: row.hasActiveGeneration,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

/** A user's conversation that is not in the trash. @throws Refusal NOT_FOUND */
export async function readConversation(queries: Queries, userId: Id, conversationId: Id): Promise<ConversationRow> {
  const [row] = await queries
    .select()
    .from(conversations)
    .where(and(eq(conversations.id, conversationId), eq(conversations.userId, userId), isNull(conversations.deletedAt)))
  if (!row) throw notFound('Conversation')
  return row
}

/** As {@link readConversation}, and locks the row until the transaction ends. */
export async function lockConversation(tx: Transaction, userId: Id, conversationId: Id): Promise<ConversationRow> {
  const [row] = await tx
    .select()
    .from(conversations)
    .where(and(eq(conversations.id, conversationId), eq(conversations.userId, userId), isNull(conversations.deletedAt)))
    .for('update')
  if (!row) throw notFound('Conversation')
  return row
}

/**
 * Takes the lock of a conversation, also of one in the trash. What counts its active generations comes in a later statement: one that waits
 * for the lock sees other tables as they were before it waited, so that of two answers that end at the same moment each would count the
 * other as active.
 */
export async function lockActivity(tx: Transaction, conversationId: Id): Promise<void> {
  await tx.select({ id: conversations.id }).from(conversations).where(eq(conversations.id, conversationId)).for('update')
}

/**
 * Appends events, and writes columns of a conversation whose lock is held, as {@link saveConversation} does, in one statement. Its title is
 * not among them.
 */
export async function appendAndSave(
  unit: UnitOfWork,
  { set, ...appending }: Appending & { readonly set: NonNullable<Appending['set']> },
): Promise<Appended> {
  const appended = await unit.appendAndSet({
    ...appending,
    set: (last) => {
      const changes = set(last)
      return { ...changes, ...activitySql(changes.state) }
    },
  })
  const { row } = appended
  if (row.deletedAt === null) unit.notify(row.userId, { type: 'conversation', conversation: rowToConversation(row) })
  return appended
}

/**
 * As {@link appendAndSave}, with a last event that says what the conversation is then: the log alone is enough to replay it.
 * @param expected the conversation as it is expected to be; if it becomes something else, another event says so
 */
export async function appendAndAnnounce(
  unit: UnitOfWork,
  appending: Parameters<typeof appendAndSave>[1],
  expected: ConversationRow,
): Promise<void> {
  const { conversationId, events } = appending
  const announced: ConversationEvent = { type: 'conversation-updated', conversation: rowToConversation(expected) }
  const { row } = await appendAndSave(unit, { ...appending, events: [...events, announced] })
  const saved: ConversationEvent = { type: 'conversation-updated', conversation: rowToConversation(row) }
  if (JSON.stringify(saved) !== JSON.stringify(announced)) await unit.append(conversationId, [saved])
}

/**
 * Writes columns of a conversation whose lock is held, notifies the user's lists, and returns the new row. Without generations its state is
 * what it is given: there is nothing to compute it from.
 */
export async function saveConversation(
  unit: UnitOfWork,
  conversationId: Id,
  changes: Partial<typeof conversations.$inferInsert>,
  { hasGenerations = true }: { readonly hasGenerations?: boolean } = {},
): Promise<ConversationRow> {
  const [row] = await unit.tx
    .update(conversations)
    .set({ ...changes, ...(hasGenerations ? activitySql(changes.state) : {}) })
    .where(eq(conversations.id, conversationId))
    .returning()
  if (!row) throw notFound('Conversation')
  if (changes.title !== undefined) await indexTitle(unit.tx, row.userId, row.id, row.title)
  if (row.deletedAt === null) unit.notify(row.userId, { type: 'conversation', conversation: rowToConversation(row) })
  return row
}

/** Recomputes what a conversation is doing after its generations or tool calls have changed, and notifies the user's lists. */
export function refreshActivity(unit: UnitOfWork, conversationId: Id): Promise<ConversationRow> {
  return saveConversation(unit, conversationId, {})
}

/**
 * The activity of a conversation, computed from its generations. When none is active: `rest` if given (how the last one ended), else the
 * stored state, or `idle` where the stored one says that a generation is active.
 */
function activitySql(rest: ConversationStatus | SQLWrapper | undefined): { state: SQL; hasActiveGeneration: SQL } {
  const active = sql`from generations g where g.conversation_id = ${conversations.id} and ${activeStatusCondition(sql`g.status`)}`
  const isExecuting = sql`exists (select 1 from tool_calls t where t.generation_id = g.id and t.state = 'running')`
  return {
    hasActiveGeneration: sql`exists (select 1 ${active})`,
    state: sql`coalesce(
      (select case when bool_or(g.status = 'waiting') then 'waiting' when bool_or(${isExecuting}) then 'executing'
        when count(*) > 0 then 'thinking' end ${active}),
      ${rest ?? sql`case when ${conversations.hasActiveGeneration} then 'idle' else ${conversations.state} end`})`,
  }
}
