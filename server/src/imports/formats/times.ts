/** Postgres takes years 1 to 9999 as every client writes them; a history is younger than computers. */
const earliest = Date.UTC(1970, 0, 1)
const latest = Date.UTC(9999, 0, 1)
/** Numbers below are seconds: as milliseconds they would be in the first months of 1970. */
const smallestMilliseconds = 100_000_000_000
/** From here on they are microseconds or nanoseconds. */
const smallestMicroseconds = 100_000_000_000_000
const smallestNanoseconds = 100_000_000_000_000_000

/** A time as the sources write it: ISO text, or seconds, milliseconds, microseconds or nanoseconds since 1970. Null: it is none. */
export function valueToTime(value: unknown): Date | null {
  if (typeof value === 'string') return /^\d+(?:\.\d+)?$/u.test(value) ? valueToTime(Number(value)) : toDate(Date.parse(value))
  if (typeof value !== 'number' || value <= 0) return null
  if (value >= smallestNanoseconds) return toDate(value / 1_000_000)
  if (value >= smallestMicroseconds) return toDate(value / 1_000)
  return toDate(value >= smallestMilliseconds ? value : value * 1_000)
}

function toDate(ms: number): Date | null {
  return Number.isFinite(ms) && ms >= earliest && ms < latest ? new Date(Math.round(ms)) : null
}
