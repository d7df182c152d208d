import { formatDate } from '../../../ui/format-time.ts'

/** A day of the calendar, `YYYY-MM-DD`. Such texts compare as the days do. */
export type Day = string

/** The calendar day in this person's time zone. */
export function timeToDay(time: number): Day {
  const date = new Date(time)
  const pad = (value: number, length: number) => String(value).padStart(length, '0')
  return `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1, 2)}-${pad(date.getDate(), 2)}`
}

/** The day has passed and the item is not done. */
export function isOverdue(day: Day | null, isDone: boolean, today: Day): boolean {
  return day !== null && !isDone && day < today
}

/** A day in words: today, tomorrow, yesterday, the weekday of the next six days, else the date. */
export function formatDay(day: Day, today: Day, locale: string): string {
  const distance = Math.round((dayToTime(day) - dayToTime(today)) / 86_400_000)
  if (Math.abs(distance) <= 1) return capitalise(new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(distance, 'day'))
  const date = new Date(dayToTime(day))
  if (distance > 0 && distance < 7) return new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(date)
  const isThisYear = day.slice(0, 4) === today.slice(0, 4)
  return formatDate(date, { locale, length: 'short', isThisYear, timeZone: 'UTC' })
}

/** The whole date, for a tooltip: `Wednesday, December 31, 2025`. */
export function formatWholeDay(day: Day, locale: string): string {
  return formatDate(new Date(dayToTime(day)), { locale, length: 'long', timeZone: 'UTC' })
}

function dayToTime(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`)
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
