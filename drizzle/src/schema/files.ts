import { fileStates } from '@holdfast/shared'
import { sql } from 'drizzle-orm'
import { bigint, boolean, check, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { users } from './auth.ts'
import { oneOf, time } from './columns.ts'
import { messages } from './conversations.ts'

/** A file of a user. Its bytes are in the storage, under a key that is made from `sha256`: files with the same content share them. */
export const files = pgTable(
  'files',
  {
    /** Also the id of its upload. */
    id: uuid().primaryKey(),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    mediaType: text().notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    /** The length that its upload was announced with: a picture is kept with another one. */
    uploadBytes: bigint({ mode: 'number' }).notNull(),
    /** Of the bytes that are kept. Null until the file is ready. */
    sha256: text(),
    state: text({ enum: fileStates }).notNull().default('uploading'),
    width: integer(),
    height: integer(),
    pages: integer(),
    durationMs: integer(),
    textCharacters: integer(),
    hasThumbnail: boolean().notNull().default(false),
    /** An export of another program that is uploaded to be imported: it is kept as it is, and may be larger than other files. */
    isImport: boolean().notNull().default(false),
    error: text(),
    /** How often the examination has begun: a file that ends the process each time is refused. */
    attempts: integer().notNull().default(0),
    createdAt: time().notNull(),
    /** Of the last change of state: an upload that stays behind expires after a while. */
    updatedAt: time().notNull(),
    /** The user has deleted it; it stays for the messages that show it. In the future: no message has shown it yet, and nobody sees it. */
    deletedAt: time(),
  },
  (table) => [
    check('files_state', oneOf(table.state, fileStates)),
    check('files_bytes', sql`${table.bytes} >= 0`),
    check('files_ready_has_hash', sql`${table.state} <> 'ready' or ${table.sha256} is not null`),
    index('files_by_user').on(table.userId, table.createdAt.desc(), table.id.desc()),
    index('files_by_hash').on(table.sha256),
    index('files_by_update').on(table.updatedAt),
  ],
)

/** Which messages show a file. A file is an orphan when no message does. */
export const messageFiles = pgTable(
  'message_files',
  {
    messageId: uuid()
      .notNull()
      .references(() => messages.id, { onDelete: 'cascade' }),
    fileId: uuid()
      .notNull()
      .references(() => files.id, { onDelete: 'cascade' }),
    /** A search finds the message by what is in the file. */
    isIndexed: boolean().notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.messageId, table.fileId] }),
    index('message_files_of_file').on(table.fileId),
    index('message_files_to_index')
      .on(table.messageId)
      .where(sql`not ${table.isIndexed}`),
  ],
)
