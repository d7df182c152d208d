import { jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { time } from './columns.ts'

/**
 * What an administrator has set, one row for each setting. A setting without a row has the default of the running version. No foreign
 * key: a setting outlives the account of who set it.
 */
export const serverSettings = pgTable('server_settings', {
  key: text().primaryKey(),
  value: jsonb().notNull(),
  updatedAt: time().notNull(),
  updatedBy: uuid(),
})
