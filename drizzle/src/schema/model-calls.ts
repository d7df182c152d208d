import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { users } from './auth.ts'
import { oneOf, seq, time } from './columns.ts'

export const modelCallPurposes = ['answer', 'title'] as const
export const modelCallStates = ['open', 'completed', 'cancelled', 'failed', 'crashed'] as const

/**
 * The ledger of usage: one row for each call to a provider, written before the call and closed after it, however it ended. It outlives
 * the conversation that it was made for: deleting a conversation does not undo its usage.
 */
export const modelCalls = pgTable(
  'model_calls',
  {
    id: uuid().primaryKey(),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    conversationId: uuid().notNull(),
    /** Null for a title. */
    messageId: uuid(),
    generationId: uuid(),
    purpose: text({ enum: modelCallPurposes }).notNull(),
    step: integer().notNull().default(0),
    provider: text().notNull(),
    model: text().notNull(),
    state: text({ enum: modelCallStates }).notNull().default('open'),
    inputTokens: integer().notNull(),
    outputTokens: integer().notNull().default(0),
    cachedInputTokens: integer().notNull().default(0),
    /** The provider did not say: the numbers are our own count. */
    estimated: boolean().notNull().default(true),
    /** Millionths of a dollar; null is unknown, never nothing. */
    costMicroUsd: seq(),
    errorCode: text(),
    /** Why the model stopped, of a call that was completed after all that it said was in the log. */
    finishReason: text(),
    /** The provider's own run of this call, as JSON: it can be read on after a crash. Null: there is none. */
    providerRun: text(),
    /** The state that the provider expects back with this step, as JSON; only the same model gets it. */
    replay: text(),
    /** SHA-256 in hex of the body of the request as it was sent. It outlives the request itself, see `model_requests`. */
    requestSha256: text(),
    startedAt: time().notNull(),
    endedAt: time(),
  },
  (table) => [
    check('model_calls_purpose', oneOf(table.purpose, modelCallPurposes)),
    check('model_calls_state', oneOf(table.state, modelCallStates)),
    check('model_calls_end', sql`(${table.endedAt} is null) = (${table.state} = 'open')`),
    check('model_calls_tokens', sql`${table.inputTokens} >= 0 and ${table.outputTokens} >= 0`),
    index('model_calls_of_user').on(table.userId, table.startedAt),
    index('model_calls_of_message').on(table.messageId),
    index('model_calls_open')
      .on(table.generationId)
      .where(sql`${table.state} = 'open'`),
  ],
)
