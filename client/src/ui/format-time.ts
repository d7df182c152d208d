/** A day and a time as a person says it: the time today, else the day. */
export function formatWhen(iso: string, locale: string, now: Date = new Date()): string {
  const date = new Date(iso)
  if (date.toDateString() === now.toDateString()) {
    return new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' }).format(date)
  }
  const isThisYear = date.getFullYear() === now.getFullYear()
  return new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', ...(isThisYear ? {} : { year: 'numeric' }) }).format(
    date,
  )
}

/** A duration in the unit that reads best, e.g. `840 ms`, `3.2 s`, `2 min`. */
export function formatDuration(ms: number, locale: string): string {
  if (ms < 1_000) return formatUnit(Math.round(ms), 'millisecond', 0, locale)
  return ms < 60_000 ? formatUnit(ms / 1_000, 'second', 1, locale) : formatUnit(ms / 60_000, 'minute', 0, locale)
}

/** What is left of a time in whole units, never more than there is: `2 hr`, `59 min`, `40 sec`. */
export function formatTimeLeft(ms: number, locale: string): string {
  if (ms < 60_000) return formatUnit(Math.max(0, Math.ceil(ms / 1_000)), 'second', 0, locale)
  const minutes = Math.floor(ms / 60_000)
  return minutes < 120 ? formatUnit(minutes, 'minute', 0, locale) : formatUnit(Math.floor(minutes / 60), 'hour', 0, locale)
}

function formatUnit(value: number, unit: string, digits: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits }).format(value)
}

/** A day as a person says it: with its weekday, and its year when that is not this one. */
export function formatDay(iso: string, locale: string, now: Date = new Date()): string {
  const date = new Date(iso)
  const isThisYear = date.getFullYear() === now.getFullYear()
  return new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    month: 'long',
    day: 'numeric',
    ...(isThisYear ? {} : { year: 'numeric' }),
  }).format(date)
}

/** A day and a time in full, for what is read much later. */
export function formatDateTime(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso))
}
