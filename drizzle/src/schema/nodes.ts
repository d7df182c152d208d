import { sql } from 'drizzle-orm'
import { check, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { oneOf, time } from './columns.ts'

/** What a node does: everything, answer requests, or run jobs. */
export const nodeRoles = ['all', 'web', 'worker'] as const
export type NodeRole = (typeof nodeRoles)[number]

/**
 * The nodes that run on this database, one row each. A node that was killed leaves its row behind, and the next one that looks removes it:
 * `seen_at` says when it last gave a sign of life, by the database's clock.
 */
export const nodes = pgTable(
  'nodes',
  {
    id: uuid().primaryKey(),
    role: text({ enum: nodeRoles }).notNull(),
    startedAt: time()
      .notNull()
      .default(sql`now()`),
    seenAt: time()
      .notNull()
      .default(sql`now()`),
  },
  (table) => [check('nodes_role', oneOf(table.role, nodeRoles))],
)
