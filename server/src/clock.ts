/** Time as a dependency. Judgements between nodes (leases) use the database's clock, never this one. */
export interface Clock {
  now(): Date
}

export function createClock(): Clock {
  return { now: () => new Date() }
}
