/** Days and months of budgets are those of UTC, on every node and for every user. */
export interface UsagePeriod {
  /** The key of its counters: `2026-11-29`, `2026-11`. */
  readonly name: string
  readonly start: Date
  /** The start of the next one. */
  readonly end: Date
}

export function toDay(now: Date): UsagePeriod {
  const start = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()))
  const end = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1))
  return { name: start.toISOString().slice(0, 10), start, end }
}

export function toMonth(now: Date): UsagePeriod {
  const start = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth()))
  const end = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1))
  return { name: start.toISOString().slice(0, 7), start, end }
}
