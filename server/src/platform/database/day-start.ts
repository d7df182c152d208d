import { sql, type SQL } from 'drizzle-orm'
import { errorToCode } from '../error-codes.ts'
import type { Queries } from './database.ts'

/** Whose days are meant: by the IANA zone where the database knows it, else by an offset that is the same on all days. */
export interface DayZone {
  readonly timeZone: string | null
  readonly utcOffsetMinutes: number
}

const invalidParameterValue = '22023'

/** Takes the zone of a request if this database knows it. Call it outside of a transaction: an unknown zone is an error there. */
export async function readDayZone(
  queries: Queries,
  input: { readonly timeZone?: string | undefined; readonly utcOffsetMinutes: number },
): Promise<DayZone> {
  const { timeZone, utcOffsetMinutes } = input
  if (timeZone === undefined) return { timeZone: null, utcOffsetMinutes }
  try {
    await queries.execute(sql`select now() at time zone ${timeZone}`)
    return { timeZone, utcOffsetMinutes }
  } catch (error) {
    if (errorToCode(error) !== invalidParameterValue) throw error
    return { timeZone: null, utcOffsetMinutes }
  }
}

/** When a day (`2026-10-21`) begins, plus whole days: a `timestamptz`. */
export function dayToStart(day: string, { timeZone, utcOffsetMinutes }: DayZone, days = 0): SQL {
  const local = sql`(${day}::timestamp + interval '1 day' * ${days}::int)`
  return timeZone === null
    ? sql`((${local} - interval '1 minute' * ${utcOffsetMinutes}::int) at time zone 'UTC')`
    : sql`(${local} at time zone ${timeZone}::text)`
}

/** The day of a `timestamptz`, as `2026-10-21`. Everything is inlined, so that it is the same expression in SELECT and GROUP BY. */
export function timeToDay(time: SQL, { timeZone, utcOffsetMinutes }: DayZone): SQL<string> {
  // Both are validated: an integer, and the letters of a zone's name.
  const local =
    timeZone === null
      ? sql`${time} at time zone 'UTC' + interval '1 minute' * ${sql.raw(String(utcOffsetMinutes))}`
      : sql`${time} at time zone ${sql.raw(`'${timeZone.replaceAll("'", '')}'`)}`
  return sql<string>`to_char(${local}, 'YYYY-MM-DD')`
}
