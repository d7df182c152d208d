import { providerKinds } from '@holdfast/shared'
import { boolean, check, index, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { users } from './auth.ts'
import { oneOf, time } from './columns.ts'

/** Providers that were added in the page, for everyone or for one person. */
export const providers = pgTable(
  'providers',
  {
    id: uuid().primaryKey(),
    /** Null: for everyone. */
    ownerId: uuid().references(() => users.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    kind: text({ enum: providerKinds }).notNull(),
    baseUrl: text().notNull(),
    /** The key, encrypted with a key that is derived from the server's secret. Null: it needs none. */
    encryptedKey: text(),
    /** The last characters of the key, so that people can tell keys apart. */
    keyHint: text(),
    /** Null: all that the provider lists. */
    models: text().array(),
    /** As the provider names it. */
    defaultModel: text().notNull(),
    /** Answers run at the provider, which keeps them for a while, so that they can be read on after a crash. */
    background: boolean().notNull().default(false),
    enabled: boolean().notNull().default(true),
    createdAt: time().notNull(),
    updatedAt: time().notNull(),
  },
  (table) => [check('providers_kind', oneOf(table.kind, providerKinds)), index().on(table.ownerId)],
)
