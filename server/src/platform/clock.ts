/** Time as a dependency. Decisions between nodes (leases) use the database's clock, never this one. */
export interface Clock {
  now(): Date
}

/** The machine's clock, set right. */
export interface SettableClock extends Clock {
  /** How far the machine's clock is ahead of the one to be kept, in milliseconds. */
  readonly aheadMs: () => number
  readonly setAhead: (ms: number) => void
}

/** @param aheadMs how far the machine's clock is ahead of the one to be kept, such as the database's */
export function createClock(aheadMs = 0): SettableClock {
  let ahead = aheadMs
  return {
    now: () => new Date(Date.now() - ahead),
    aheadMs: () => ahead,
    setAhead: (ms) => {
      ahead = ms
    },
  }
}
