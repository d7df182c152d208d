import { roles } from '@holdfast/shared'
import { sql } from 'drizzle-orm'
import { boolean, check, customType, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { oneOf, time } from './columns.ts'
import { conversations, messages } from './conversations.ts'

/** Made by our own code, as text: `'word':1,5 'other':2`. No extension of the database and no dictionary has a part in it. */
const lexemes = customType<{ data: string; driverData: string }>({ dataType: () => 'tsvector' })

/**
 * Without room for more than this in the list of what is not sorted in yet, no insert and no search has long to do with it; in kB.
 */
const indexOptions = { fastupdate: true, gin_pending_list_limit: 256 }

/** The search index of ended messages. Every lexeme begins with a key of its user, so that no search reads other users' posting lists. */
export const searchDocuments = pgTable(
  'search_documents',
  {
    messageId: uuid()
      .primaryKey()
      .references(() => messages.id, { onDelete: 'cascade' }),
    conversationId: uuid().notNull(),
    role: text({ enum: roles }).notNull(),
    model: text(),
    hasToolCalls: boolean().notNull(),
    createdAt: time().notNull(),
    lexemes: lexemes().notNull(),
  },
  (table) => [
    check('search_documents_role', oneOf(table.role, roles)),
    index('search_documents_lexemes').using('gin', table.lexemes).with(indexOptions),
  ],
)

/** The same for the titles of conversations. */
export const searchTitles = pgTable(
  'search_titles',
  {
    conversationId: uuid()
      .primaryKey()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    lexemes: lexemes().notNull(),
  },
  (table) => [index('search_titles_lexemes').using('gin', table.lexemes).with(indexOptions)],
)

/** The progress of indexing older rows, for each version of the tokenization. Ids ascend in both tables; null once the end is reached. */
export const searchProgress = pgTable(
  'search_progress',
  {
    version: integer().primaryKey(),
    nextMessageId: uuid(),
    nextConversationId: uuid(),
  },
  (table) => [check('search_progress_version', sql`${table.version} > 0`)],
)
