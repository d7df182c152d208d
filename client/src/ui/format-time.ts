/** The time of day for today, otherwise the day. */
export function formatWhen(iso: string, locale: string, now: Date = new Date()): string {
  const date = new Date(iso)
  if (date.toDateString() === now.toDateString()) {
    return new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' }).format(date)
  }
  const isThisYear = date.getFullYear() === now.getFullYear()
  return formatDate(date, { locale, length: 'short', isThisYear })
}

export interface DateFormat {
  readonly locale: string
  /** `Nov 28`, or `Saturday, November 28`: the order is the locale's. */
  readonly length: 'short' | 'long'
  /** The year is left out. */
  readonly isThisYear?: boolean
  /** This person's by default. */
  readonly timeZone?: string
}

/** The one way in which the page writes a day. */
export function formatDate(date: Date, { locale, length, isThisYear = false, timeZone }: DateFormat): string {
  return new Intl.DateTimeFormat(locale, {
    ...(length === 'long' ? { weekday: 'long', month: 'long' } : { month: 'short' }),
    day: 'numeric',
    ...(isThisYear ? {} : { year: 'numeric' }),
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(date)
}

/** A duration in a suitable unit: `840 ms`, `3.2 s`, `2 min`. */
export function formatDuration(ms: number, locale: string): string {
  if (ms < 1_000) return formatUnit(Math.round(ms), 'millisecond', 0, locale)
  return ms < 60_000 ? formatUnit(ms / 1_000, 'second', 1, locale) : formatUnit(ms / 60_000, 'minute', 0, locale)
}

/** A remaining time in whole units, rounded down: `2 hr`, `59 min`; seconds are rounded up: `40 sec`. */
export function formatTimeLeft(ms: number, locale: string): string {
  if (ms < 60_000) return formatUnit(Math.max(0, Math.ceil(ms / 1_000)), 'second', 0, locale)
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 120) return formatUnit(minutes, 'minute', 0, locale)
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? formatUnit(hours, 'hour', 0, locale) : formatUnit(Math.floor(hours / 24), 'day', 0, locale)
}

function formatUnit(value: number, unit: string, digits: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits }).format(value)
}

/** A day with its weekday, and with its year unless that is the current one. */
export function formatDayHeading(iso: string, locale: string, now: Date = new Date()): string {
  const date = new Date(iso)
  const isThisYear = date.getFullYear() === now.getFullYear()
  return formatDate(date, { locale, length: 'long', isThisYear })
}

/** A full date and time, for what is read much later. */
export function formatDateTime(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso))
}
