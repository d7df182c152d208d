const windowMs = 15 * 60_000
const freeFailures = 4
/** An attacker who fills this up with made-up addresses is limited by his own address long before. */
const maxAccounts = 10_000

interface Failures {
  readonly count: number
  readonly sinceMs: number
  readonly lastMs: number
}

/** Counts wrong passwords per account, whatever address they come from: limits per address alone leave a botnet free to guess. */
export interface FailedSignIns {
  /** The wait before the next try for this account: 1 s after five failures, doubled by each further one, and after `max` for the rest of 15 minutes. */
  readonly waitMs: (account: string) => number
  readonly fail: (account: string) => void
  readonly succeed: (account: string) => void
}

/**
 * In memory and per node, like the limits per address.
 * @param max failures within 15 minutes after which an account can only be entered from where it was entered before
 */
export function createFailedSignIns(max: number, nowMs: () => number = () => performance.now()): FailedSignIns {
  const accounts = new Map<string, Failures>()
  const find = (account: string): Failures | null => {
    const failures = accounts.get(account)
    if (!failures) return null
    if (nowMs() - failures.sinceMs < windowMs) return failures
    accounts.delete(account)
    return null
  }
  return {
    waitMs: (account) => {
      const failures = find(account)
      if (!failures || failures.count <= freeFailures) return 0
      const untilMs =
        failures.count >= max ? failures.sinceMs + windowMs : failures.lastMs + 1000 * 2 ** (failures.count - freeFailures - 1)
      return Math.max(0, untilMs - nowMs())
    },
    fail: (account) => {
      const known = find(account)
      accounts.delete(account)
      accounts.set(account, { count: (known?.count ?? 0) + 1, sinceMs: known?.sinceMs ?? nowMs(), lastMs: nowMs() })
      const [oldest] = accounts.keys()
      if (accounts.size > maxAccounts && oldest !== undefined) accounts.delete(oldest)
    },
    succeed: (account) => {
      accounts.delete(account)
    },
  }
}
