/** Days of the local calendar, `YYYY-MM-DD`, both included. */
export interface Period {
  readonly from: string
  readonly to: string
  /** Number of days up to today; null for a custom period. */
  readonly lastDays: number | null
}

export const offeredDays = [7, 30, 90] as const
const usualDays = 30
/** Longest period: a chart with more bars is unreadable. */
const mostDays = 366
const dayMs = 86_400_000
const dayPattern = /^\d{4}-\d{2}-\d{2}$/u

/** Reads a period from a query string; the last 30 days by default. `today`: the local day. */
export function searchToPeriod(search: string, today: string): Period {
  const params = new URLSearchParams(search)
  const from = params.get('from') ?? ''
  const to = params.get('to') ?? ''
  if (isDay(from) && isDay(to) && from <= to) return { from, to, lastDays: null }
  const asked = Number(params.get('days'))
  const days = offeredDays.find((offered) => offered === asked) ?? usualDays
  return toLastDays(days, today)
}

export function toLastDays(days: number, today: string): Period {
  return { from: addDays(today, 1 - days), to: today, lastDays: days }
}

/** The other way round; empty for what is usual. */
export function periodToSearch({ from, to, lastDays }: Period): string {
  if (lastDays === null) return new URLSearchParams({ from, to }).toString()
  return lastDays === usualDays ? '' : new URLSearchParams({ days: String(lastDays) }).toString()
}

/** Every day of it, the first one first; of a long one the last year. */
export function periodToDays({ from, to }: Period): string[] {
  const first = addDays(to, 1 - mostDays)
  const days: string[] = []
  for (let day = from < first ? first : from; day <= to; day = addDays(day, 1)) days.push(day)
  return days
}

export function isDay(text: string): boolean {
  return dayPattern.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`))
}

/** The day that it is where the person is. */
export function toToday(now: Date): string {
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10)
}

function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)
}
