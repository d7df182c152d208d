import { sql } from 'drizzle-orm'
import { check, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { seq, time } from './columns.ts'

/**
 * What was used in a period, by one person or by all, so that a limit is checked by reading one row that all nodes share. What calls to
 * providers that run may still use is reserved.
 */
export const usageCounters = pgTable(
  'usage_counters',
  {
    /** A user's id, or `server`. */
    scope: text().notNull(),
    /** A day or a month in UTC: `2026-11-29`, `2026-11`. */
    period: text().notNull(),
    tokens: seq().notNull().default(0),
    microUsd: seq().notNull().default(0),
    updatedAt: time().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.scope, table.period] }),
    check('usage_counters_not_negative', sql`${table.tokens} >= 0 and ${table.microUsd} >= 0`),
  ],
)

/** What a call to a provider that runs may use at most: it counts until the call has ended. */
export const usageReservations = pgTable('usage_reservations', {
  /** The id of the call's row in the ledger. */
  modelCallId: uuid().primaryKey(),
  userId: uuid().notNull(),
  tokens: seq().notNull(),
  microUsd: seq().notNull(),
  createdAt: time().notNull(),
})
