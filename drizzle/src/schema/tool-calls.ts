import { toolCallStates } from '@holdfast/shared'
import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { users } from './auth.ts'
import { oneOf, time } from './columns.ts'
import { generations } from './generations.ts'

/**
 * The ledger of tools: one row for each call that a model asked for, keyed by its place and not by the provider's id, which may be
 * missing or repeated. A tool of our own runs in the transaction that ends its row, so it takes effect exactly once.
 */
export const toolCalls = pgTable(
  'tool_calls',
  {
    generationId: uuid()
      .notNull()
      .references(() => generations.id, { onDelete: 'cascade' }),
    step: integer().notNull(),
    position: integer().notNull(),
    messageId: uuid().notNull(),
    conversationId: uuid().notNull(),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    callId: text().notNull(),
    name: text().notNull(),
    /** JSON in text, here and below: jsonb refuses the NUL and the lone surrogates that models send. */
    args: text().notNull(),
    /** The arguments that a person approved in place of those of the model, as JSON; null when they were not changed. */
    changedArgs: text(),
    /** What a call of another server needs in order to go on after a crash (a task, a question and its answers), as JSON. */
    remote: text(),
    /** The data that the provider expects back with the call, as JSON; null when there is none. */
    extra: text(),
    state: text({ enum: toolCallStates }).notNull().default('pending'),
    /** A person's decision where one was asked for. */
    approved: boolean(),
    result: text(),
    error: text(),
    /** May be run again when its outcome is not known. */
    idempotent: boolean().notNull().default(false),
    /** Runs outside the database: a crash may leave its outcome unknown. */
    external: boolean().notNull().default(false),
    createdAt: time().notNull(),
    startedAt: time(),
    endedAt: time(),
    /** While `waiting`: when the question counts as denied. */
    expiresAt: time(),
  },
  (table) => [
    primaryKey({ columns: [table.generationId, table.step, table.position] }),
    unique('tool_calls_call').on(table.messageId, table.callId),
    check('tool_calls_state', oneOf(table.state, toolCallStates)),
    check('tool_calls_place', sql`${table.step} >= 0 and ${table.position} >= 0`),
    // An `unknown` call without an end waits for a person, who knows or finds out.
    check(
      'tool_calls_end',
      sql`(${table.endedAt} is not null) = (${table.state} in ('done', 'failed', 'denied')) or ${table.state} = 'unknown'`,
    ),
    check('tool_calls_outcome', sql`${table.result} is null or ${table.error} is null`),
    index('tool_calls_of_user').on(table.userId, table.createdAt),
    index('tool_calls_waiting')
      .on(table.expiresAt)
      .where(sql`${table.state} = 'waiting'`),
  ],
)
