import { importSources, importStates } from '@holdfast/shared'
import { sql } from 'drizzle-orm'
import { check, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { users } from './auth.ts'
import { oneOf, time } from './columns.ts'

/** Imports of other programs' exports, and of our own. The row is the progress: a worker that takes over continues at `position`. */
export const imports = pgTable(
  'imports',
  {
    id: uuid().primaryKey(),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** The file may be deleted once it has been imported. */
    fileId: uuid().notNull(),
    fileName: text().notNull(),
    source: text({ enum: importSources }).notNull(),
    state: text({ enum: importStates }).notNull().default('queued'),
    conversations: integer().notNull().default(0),
    messages: integer().notNull().default(0),
    skipped: integer().notNull().default(0),
    plannerItems: integer().notNull().default(0),
    /** Conversations in the file; null until they are counted. */
    total: integer(),
    /** Items of the file that are done, raised in the transaction that does them. */
    position: integer().notNull().default(0),
    /** How often workers began with the item at `position`. */
    attempts: integer().notNull().default(0),
    /** Problems found so far; the first ones are rows of `import_problems`. */
    problemCount: integer().notNull().default(0),
    createdAt: time().notNull(),
    endedAt: time(),
  },
  (table) => [
    check('imports_source', oneOf(table.source, importSources)),
    check('imports_state', oneOf(table.state, importStates)),
    check('imports_end', sql`(${table.endedAt} is null) = (${table.state} in ('queued', 'running'))`),
    index('imports_of_user').on(table.userId, table.createdAt.desc(), table.id.desc()),
  ],
)

/** What an import could not take over. */
export const importProblems = pgTable(
  'import_problems',
  {
    importId: uuid()
      .notNull()
      .references(() => imports.id, { onDelete: 'cascade' }),
    position: integer().notNull(),
    what: text().notNull(),
    why: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.importId, table.position] })],
)
