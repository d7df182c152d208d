import { integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { time } from './columns.ts'

/**
 * Facts learnt about models from calls, shared by all nodes and kept across restarts: one row for each model at each host. Facts get old:
 * each reader decides for how long they hold.
 */
export const modelFacts = pgTable(
  'model_facts',
  {
    host: text().notNull(),
    model: text().notNull(),
    /** The way in which the model has to be called, as JSON: only the differences from the defaults. */
    plan: text(),
    /** Tokens, where less fits in than was known; and what was known then, so that a new setting ends it. */
    contextWindow: integer(),
    knownWindow: integer(),
    learntAt: time().notNull(),
  },
  (table) => [primaryKey({ columns: [table.host, table.model] })],
)
