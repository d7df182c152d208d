import { sql } from 'drizzle-orm'
import { bigint, char, index, integer, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { time } from './columns.ts'
import { conversations } from './conversations.ts'
import { modelCalls } from './model-calls.ts'

/**
 * What a provider was asked, one row for each call of an answer: the body of the request is `head`, the pieces in their order, the tools and
 * `tail`, one behind the other. It is gone with the conversation, and after LOG_KEEP_DAYS.
 */
export const modelRequests = pgTable(
  'model_requests',
  {
    modelCallId: uuid()
      .primaryKey()
      .references(() => modelCalls.id, { onDelete: 'cascade' }),
    conversationId: uuid()
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    /** What changes with every call, as the time of day does. */
    head: text().notNull(),
    /** Numbers of pieces as ranges: `1-57,60`. A conversation that grows has one range, however long it is. */
    pieces: text().notNull(),
    /** Null: no tools were offered. */
    toolsHash: char({ length: 64 }).references(() => modelRequestTools.hash),
    tail: text().notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    sentAt: time().notNull(),
  },
  (table) => [
    index('model_requests_of_conversation').on(table.conversationId),
    index('model_requests_by_time').on(table.sentAt),
    index('model_requests_of_tools').on(table.toolsHash),
  ],
)

/** Texts that requests of one conversation are made of, each once: nearly always a message as JSON. Media stands there by its hash. */
export const modelRequestPieces = pgTable(
  'model_request_pieces',
  {
    conversationId: uuid()
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    /** From 1, in the order in which they were first sent. */
    n: integer().notNull(),
    /** SHA-256 of the content, in hex. */
    hash: char({ length: 64 }).notNull(),
    content: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.n] }),
    unique('model_request_pieces_once').on(table.conversationId, table.hash),
    index('model_request_pieces_first')
      .on(table.conversationId)
      .where(sql`${table.n} = 1`),
  ],
)

/** Definitions of tools as they were sent. They are those of the server, and belong to no conversation. */
export const modelRequestTools = pgTable('model_request_tools', {
  /** SHA-256 of the content, in hex. */
  hash: char({ length: 64 }).primaryKey(),
  content: text().notNull(),
})
