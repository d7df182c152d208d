/** A day and a time as a person says it: the time today, else the day. */
export function formatWhen(iso: string, locale: string, now: Date = new Date()): string {
  const date = new Date(iso)
  if (date.toDateString() === now.toDateString()) {
    return new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' }).format(date)
  }
  const isThisYear = date.getFullYear() === now.getFullYear()
  return new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', ...(isThisYear ? {} : { year: 'numeric' }) }).format(date)
}

/** A duration in the unit that reads best, e.g. `840 ms`, `3.2 s`, `2 min`. */
export function formatDuration(ms: number, locale: string): string {
  const format = (value: number, unit: string, digits: number) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits }).format(value)
  if (ms < 1_000) return format(Math.round(ms), 'millisecond', 0)
  return ms < 60_000 ? format(ms / 1_000, 'second', 1) : format(ms / 60_000, 'minute', 0)
}
