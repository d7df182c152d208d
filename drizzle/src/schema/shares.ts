import { shareKinds } from '@holdfast/shared'
import { sql } from 'drizzle-orm'
import { check, index, integer, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { users } from './auth.ts'
import { oneOf, time } from './columns.ts'
import { conversations } from './conversations.ts'
import { files } from './files.ts'

/** A link by which whoever has it can read one branch of a conversation. */
export const shares = pgTable(
  'shares',
  {
    id: uuid().primaryKey(),
    conversationId: uuid()
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    kind: text({ enum: shareKinds }).notNull(),
    /** SHA-256 of the token in the link. */
    tokenHash: text().notNull(),
    /** The token, encrypted with the secret of the server, so that its owner can copy the link again. */
    encryptedToken: text().notNull(),
    /** The message that the shared branch leads through. Null: a live link shows the branch that its owner has open. */
    leafId: uuid(),
    /** Of a snapshot: the title at its time. */
    title: text(),
    /** Of a snapshot: its messages as JSON in text, for the reason given at `messages.parts`. */
    messages: text(),
    views: integer().notNull().default(0),
    createdAt: time().notNull(),
    expiresAt: time(),
    revokedAt: time(),
  },
  (table) => [
    check('shares_kind', oneOf(table.kind, shareKinds)),
    check('shares_snapshot', sql`${table.kind} = 'live' or (${table.messages} is not null and ${table.title} is not null)`),
    unique('shares_token').on(table.tokenHash),
    index('shares_of_conversation').on(table.conversationId, table.createdAt.desc()),
    index('shares_of_user').on(table.userId),
  ],
)

/** The files of a snapshot: they stay for as long as it does. */
export const shareFiles = pgTable(
  'share_files',
  {
    shareId: uuid()
      .notNull()
      .references(() => shares.id, { onDelete: 'cascade' }),
    fileId: uuid()
      .notNull()
      .references(() => files.id, { onDelete: 'cascade' }),
  },
  (table) => [primaryKey({ columns: [table.shareId, table.fileId] }), index('share_files_of_file').on(table.fileId)],
)
