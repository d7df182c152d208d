/** Time as a dependency. Decisions between nodes (leases) use the database's clock, never this one. */
export interface Clock {
  now(): Date
}

/** @param aheadMs how far the machine's clock is ahead of the one to be kept, such as the database's */
export function createClock(aheadMs = 0): Clock {
  return { now: () => new Date(Date.now() - aheadMs) }
}
