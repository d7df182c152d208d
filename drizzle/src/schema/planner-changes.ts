import { plannerKinds } from '@holdfast/shared'
import { sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { users } from './auth.ts'
import { oneOf, time } from './columns.ts'
import { messages } from './conversations.ts'

const changeOrigins = ['answer', 'undo', 'redo'] as const

/**
 * What answers did to goals, milestones and tasks: a row for each item and change, written in the transaction of the change itself. An undo
 * of an answer, and its redo, write what they did here as well, and so can be reversed in the same way.
 */
export const plannerChanges = pgTable(
  'planner_changes',
  {
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    conversationId: uuid().notNull(),
    messageId: uuid().notNull(),
    /** The order of the changes of one message, from 1. */
    n: integer().notNull(),
    origin: text({ enum: changeOrigins }).notNull(),
    kind: text({ enum: plannerKinds }).notNull(),
    /** No reference: when the item is removed for good, the change is passed over. */
    itemId: uuid().notNull(),
    /** Former values of the columns that changed. Null: the item was created. */
    before: jsonb().$type<Readonly<Record<string, string | number | null>>>(),
    /** Their values afterwards; all values of an item that was created. */
    after: jsonb().$type<Readonly<Record<string, string | number | null>>>().notNull(),
    createdAt: time().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.messageId, table.n] }),
    check('planner_changes_n', sql`${table.n} > 0`),
    check('planner_changes_origin', oneOf(table.origin, changeOrigins)),
    check('planner_changes_kind', oneOf(table.kind, plannerKinds)),
    check('planner_changes_created', sql`${table.before} is not null or ${table.origin} = 'answer'`),
    foreignKey({
      name: 'planner_changes_message',
      columns: [table.conversationId, table.messageId],
      foreignColumns: [messages.conversationId, messages.id],
    }).onDelete('cascade'),
    index('planner_changes_of_message').on(table.conversationId, table.messageId),
    index('planner_changes_of_user').on(table.userId),
  ],
)
