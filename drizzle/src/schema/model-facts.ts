import { integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { time } from './columns.ts'

/**
 * What calls have taught about models, for every node and after a restart: one row for each model at each host. Facts get old: whoever
 * reads them decides for how long they hold.
 */
export const modelFacts = pgTable(
  'model_facts',
  {
    host: text().notNull(),
    model: text().notNull(),
    /** How it has to be asked, as JSON: what differs from how models usually are. */
    plan: text(),
    /** Tokens, where less fits in than was known; and what was known then, so that a new setting ends it. */
    contextWindow: integer(),
    knownWindow: integer(),
    learntAt: time().notNull(),
  },
  (table) => [primaryKey({ columns: [table.host, table.model] })],
)
