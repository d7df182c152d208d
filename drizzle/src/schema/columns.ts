import { activeStatuses } from '@holdfast/shared'
import { sql, type SQL } from 'drizzle-orm'
import { bigint, timestamp, type AnyPgColumn } from 'drizzle-orm/pg-core'

/** Milliseconds, as on the wire: a time read back equals the one that was sent. */
export const time = () => timestamp({ withTimezone: true, precision: 3, mode: 'date' })

/** Positions in a log stay far below 2^53. */
export const seq = () => bigint({ mode: 'number' })

/** `column in ('a', 'b')`: the database refuses what the type refuses. */
export function oneOf(column: AnyPgColumn | SQL, values: readonly string[]): SQL {
  return sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(', '))})`
}

/**
 * Whether a status column says that an answer is still to come. Literals, not parameters: the planner of Postgres can only prove that the
 * partial indexes on active generations apply when it sees their own predicate.
 */
export function activeStatusCondition(column: AnyPgColumn | SQL): SQL {
  return oneOf(column, activeStatuses)
}
