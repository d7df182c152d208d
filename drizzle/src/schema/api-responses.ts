import { sql } from 'drizzle-orm'
import { check, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { users } from './auth.ts'
import { oneOf, seq, time } from './columns.ts'
import { generations } from './generations.ts'

export const apiResponseKinds = ['chat', 'responses'] as const

/**
 * What programs have asked for through `/v1`: a row for each request, with its place in the conversation's log. An answer that calls the
 * program's own tools takes several requests.
 */
export const apiResponses = pgTable(
  'api_responses',
  {
    id: uuid().primaryKey(),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    kind: text({ enum: apiResponseKinds }).notNull(),
    conversationId: uuid().notNull(),
    messageId: uuid().notNull(),
    generationId: uuid()
      .notNull()
      .references(() => generations.id, { onDelete: 'cascade' }),
    /** The end of the log when it was asked for: all that answers it comes behind. */
    afterSeq: seq().notNull(),
    /** The first part of the message that belongs to it. */
    firstPart: integer().notNull(),
    model: text().notNull(),
    /** What is given back with the response, as JSON: the request without its messages. */
    request: text().notNull(),
    /** Of the messages up to the question, as the program sent them: the next request of the same chat begins with them. */
    prefixHash: text(),
    createdAt: time().notNull(),
  },
  (table) => [
    check('api_responses_kind', oneOf(table.kind, apiResponseKinds)),
    check('api_responses_place', sql`${table.afterSeq} >= 0 and ${table.firstPart} >= 0`),
    index('api_responses_prefix').on(table.userId, table.prefixHash),
    index('api_responses_generation').on(table.generationId),
  ],
)
