import { index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { seq, time } from './columns.ts'

/**
 * What was done on the server by whom, never what was written. A record is written in the transaction of what it records; then it gets its
 * place in the chain, and from then on nothing changes it. No foreign keys: records outlive what they are about.
 */
export const auditRecords = pgTable(
  'audit_records',
  {
    id: uuid().primaryKey(),
    /** Its place in the chain, dense from 1. Null: it waits for one. */
    seq: seq().unique(),
    at: time().notNull(),
    /** Null: nobody who was signed in, or the server itself. */
    actorId: uuid(),
    action: text().notNull(),
    targetType: text(),
    targetId: text(),
    /** Of the client. */
    address: text(),
    details: jsonb().$type<Record<string, unknown>>().notNull(),
    /** SHA-256 over the hash of the record before and all of this record, in hexadecimal. */
    hash: text(),
  },
  (table) => [index().on(table.at), index().on(table.actorId, table.at), index().on(table.action, table.at)],
)
