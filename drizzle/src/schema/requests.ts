import { bigint, index, jsonb, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { users } from './auth.ts'
import { time } from './columns.ts'
import { conversations } from './conversations.ts'

/** Requests and their answers: a repeated request gets the same answer and changes nothing. */
export const requests = pgTable(
  'requests',
  {
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    requestId: uuid().notNull(),
    /** SHA-256 of procedure and body: another body under the same id is refused. */
    bodyHash: text().notNull(),
    /** Null only inside the transaction that is finding it. */
    answer: jsonb(),
    createdAt: time().notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.requestId] }), index('requests_by_time').on(table.createdAt)],
)

/** Unsent drafts. `conversation_id` null: the draft is for a conversation that does not exist yet. */
export const drafts = pgTable(
  'drafts',
  {
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    conversationId: uuid().references(() => conversations.id, { onDelete: 'cascade' }),
    content: text().notNull(),
    updatedAt: time().notNull(),
  },
  (table) => [
    unique('drafts_one_each').on(table.userId, table.conversationId).nullsNotDistinct(),
    index('drafts_of_conversation').on(table.conversationId),
  ],
)

/** Counts what changed for a user, so that a follower sees when it missed something. */
export const activityCounters = pgTable('activity_counters', {
  userId: uuid()
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  n: bigint({ mode: 'number' }).notNull().default(0),
})
