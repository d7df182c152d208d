import { conversationStatuses, messageStatuses, roles, type AnswerParameters, type MessageReaction } from '@holdfast/shared'
import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  unique,
  uniqueIndex,
  uuid,
  type AnyPgColumn,
} from 'drizzle-orm/pg-core'
import { users } from './auth.ts'
import { oneOf, seq, time } from './columns.ts'

export const titleSources = ['default', 'words', 'model', 'user'] as const

/** Without the fields that are not set. */
function parametersColumn() {
  return jsonb().$type<AnswerParameters>().notNull().default({})
}

export const conversations = pgTable(
  'conversations',
  {
    id: uuid().primaryKey(),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    title: text().notNull(),
    /** A title that a person gave is never replaced. */
    titleSource: text({ enum: titleSources }).notNull().default('default'),
    model: text(),
    instructions: text(),
    parameters: parametersColumn(),
    pinned: boolean().notNull().default(false),
    archived: boolean().notNull().default(false),
    deletedAt: time(),
    activeMessageId: uuid(),
    state: text({ enum: conversationStatuses }).notNull().default('idle'),
    hasActiveGeneration: boolean().notNull().default(false),
    messageCount: integer().notNull().default(0),
    /** The seq of the newest event. A transaction that raises it holds this row's lock until it commits: that is the log's order. */
    lastSeq: seq().notNull().default(0),
    /** Never goes backwards, so that `poll` can compare times. */
    lastEventAt: time().notNull(),
    /** Events up to here have been pruned. */
    prunedSeq: seq().notNull().default(0),
    /** The seq of the newest end of an answer, and how far the user has read: unread when the first is greater. */
    endedSeq: seq().notNull().default(0),
    readSeq: seq().notNull().default(0),
    createdAt: time().notNull(),
    updatedAt: time().notNull(),
  },
  (table) => [
    check('conversations_title_source', oneOf(table.titleSource, titleSources)),
    check('conversations_state', oneOf(table.state, conversationStatuses)),
    check('conversations_title_length', sql`char_length(${table.title}) between 1 and 200`),
    check('conversations_seqs', sql`${table.prunedSeq} >= 0 and ${table.prunedSeq} <= ${table.lastSeq}`),
    check('conversations_count', sql`${table.messageCount} >= 0`),
    unique('conversations_owner').on(table.userId, table.id),
    index('conversations_by_update').on(table.userId, table.updatedAt.desc(), table.id.desc()),
    index('conversations_pinned')
      .on(table.userId, table.updatedAt.desc(), table.id.desc())
      .where(sql`${table.pinned}`),
    foreignKey({
      name: 'conversations_active_message',
      columns: [table.id, table.activeMessageId],
      foreignColumns: [messages.conversationId as AnyPgColumn, messages.id as AnyPgColumn],
    }),
  ],
)

export const messages = pgTable(
  'messages',
  {
    id: uuid().primaryKey(),
    conversationId: uuid()
      .notNull()
      .references((): AnyPgColumn => conversations.id, { onDelete: 'cascade' }),
    parentId: uuid(),
    role: text({ enum: roles }).notNull(),
    status: text({ enum: messageStatuses }).notNull(),
    /** `Part[]` as JSON in text: jsonb refuses the NUL and the lone surrogates that models send. Written when a generation ends. */
    parts: text().notNull().default('[]'),
    model: text(),
    usage: text(),
    costMicroUsd: seq(),
    error: text(),
    /** `GenerationNote[]` as JSON. */
    notes: text(),
    /** `RemarkPart[]` as JSON: remarks that came too late for the answer. Null: none. */
    pendingRemarks: text(),
    /** Null: none. */
    reactions: jsonb().$type<MessageReaction[]>(),
    /** The seq of its `message-added`: the order of messages. */
    addedSeq: seq().notNull(),
    createdAt: time().notNull(),
    updatedAt: time().notNull(),
    deletedAt: time(),
  },
  (table) => [
    check('messages_role', oneOf(table.role, roles)),
    check('messages_status', oneOf(table.status, messageStatuses)),
    check('messages_only_answers_run', sql`${table.role} = 'assistant' or ${table.status} = 'completed'`),
    check('messages_not_own_parent', sql`${table.parentId} is distinct from ${table.id}`),
    unique('messages_in_conversation').on(table.conversationId, table.id),
    unique('messages_order').on(table.conversationId, table.addedSeq),
    foreignKey({
      name: 'messages_parent',
      columns: [table.conversationId, table.parentId],
      foreignColumns: [table.conversationId, table.id],
    }),
    index('messages_children').on(table.conversationId, table.parentId, table.addedSeq),
    index('messages_by_update').on(table.conversationId, table.updatedAt),
    index('messages_starred')
      .on(table.conversationId)
      .where(sql`${table.reactions} @> '[{"reaction":"star"}]'`),
  ],
)

/**
 * The settings of a conversation where its kept log begins, which no event that is left tells. A trigger writes the row with the
 * conversation, and the janitor brings it forward when it prunes.
 */
export const conversationBases = pgTable('conversation_bases', {
  conversationId: uuid()
    .primaryKey()
    .references(() => conversations.id, { onDelete: 'cascade' }),
  /** The seq of the event that set them, or 0: they are those of its creation. */
  seq: seq().notNull(),
  title: text().notNull(),
  model: text(),
  instructions: text(),
  parameters: parametersColumn(),
  pinned: boolean().notNull(),
  archived: boolean().notNull(),
  activeMessageId: uuid(),
})

/**
 * One row is a batch of events `[from_seq, from_seq + n)`. Those of ended answers are packed: many batches in one row, whose deltas are merged.
 */
export const conversationLog = pgTable(
  'conversation_log',
  {
    conversationId: uuid()
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    fromSeq: seq().notNull(),
    n: integer().notNull(),
    generationId: uuid(),
    at: time().notNull(),
    /** `ConversationEvent[]`, or a packed object, as JSON in text, for the reason given at `messages.parts`. */
    payload: text().notNull(),
  },
  (table) => [
    uniqueIndex('conversation_log_order').on(table.conversationId, table.fromSeq),
    check('conversation_log_n', sql`${table.n} > 0 and ${table.fromSeq} > 0`),
    index('conversation_log_of_generation')
      .on(table.generationId, table.fromSeq)
      .where(sql`${table.generationId} is not null`),
    index('conversation_log_by_time').on(table.at),
  ],
)
