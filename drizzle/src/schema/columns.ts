import { sql, type SQL } from 'drizzle-orm'
import { bigint, timestamp, type AnyPgColumn } from 'drizzle-orm/pg-core'

/** Milliseconds, as on the wire: a time read back equals the one that was sent. */
export const time = () => timestamp({ withTimezone: true, precision: 3, mode: 'date' })

/** Positions in a log stay far below 2^53. */
export const seq = () => bigint({ mode: 'number' })

/** `column in ('a', 'b')`: the database refuses what the type refuses. */
export function oneOf(column: AnyPgColumn, values: readonly string[]): SQL {
  return sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(', '))})`
}
