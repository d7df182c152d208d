import { messageStatuses } from '@holdfast/shared'
import { sql } from 'drizzle-orm'
import { boolean, check, foreignKey, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { users } from './auth.ts'
import { activeStatusCondition, oneOf, seq, time } from './columns.ts'
import { conversations, messages } from './conversations.ts'

/** One durable attempt to produce, or to continue, an assistant message. */
export const generations = pgTable(
  'generations',
  {
    id: uuid().primaryKey(),
    conversationId: uuid()
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    messageId: uuid().notNull(),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    status: text({ enum: messageStatuses }).notNull().default('queued'),
    model: text().notNull(),
    /** True when it continues where an earlier generation of the same message stopped. */
    continues: boolean().notNull().default(false),
    utcOffsetMinutes: integer().notNull().default(0),
    /** Grows with each claim. Every append names it, so a worker that was replaced can write nothing more. */
    fence: integer().notNull().default(0),
    owner: text(),
    leaseUntil: time(),
    /** The lease that ran when readers were last told that the answer stands still: it is told once for each. */
    stalledLease: time(),
    /** Events written so far: a batch names what it follows, so a repeat after an unknown commit does nothing. */
    written: seq().notNull().default(0),
    /** Upstream tries so far. */
    attempt: integer().notNull().default(0),
    /** Times that the answer broke off after some of it was shown and went on by itself. */
    continuations: integer().notNull().default(0),
    /** Model calls finished, with all of their tool calls, when a remark was taken last: the next step is at least this one. */
    step: integer().notNull().default(0),
    /** A person gave it a remark that the model has not got. Such a generation cannot complete. */
    hasRemarks: boolean().notNull().default(false),
    cancelRequestedAt: time(),
    /** Of a program that asked through `/v1`: its instructions, tools and parameters, as JSON. Null: a person asked. */
    callerRequest: text(),
    createdAt: time().notNull(),
    endedAt: time(),
    /** When its part of the log was packed; null: it has not been yet. */
    logPackedAt: time(),
  },
  (table) => [
    check('generations_status', oneOf(table.status, messageStatuses)),
    check('generations_counts', sql`${table.fence} >= 0 and ${table.written} >= 0 and ${table.attempt} >= 0`),
    check('generations_continuations', sql`${table.continuations} >= 0`),
    check('generations_end', sql`(${table.endedAt} is null) = (${activeStatusCondition(table.status)})`),
    check('generations_lease', sql`(${table.leaseUntil} is not null) = (${table.status} = 'generating')`),
    foreignKey({
      name: 'generations_message',
      columns: [table.conversationId, table.messageId],
      foreignColumns: [messages.conversationId, messages.id],
    }).onDelete('cascade'),
    uniqueIndex('generations_one_active_per_message').on(table.messageId).where(activeStatusCondition(table.status)),
    index('generations_active').on(table.conversationId).where(activeStatusCondition(table.status)),
    index('generations_of_message').on(table.messageId, table.createdAt),
    index('generations_to_pack')
      .on(table.endedAt)
      .where(sql`${table.logPackedAt} is null and ${table.endedAt} is not null`),
    index('generations_of_user').on(table.userId, table.createdAt),
  ],
)
