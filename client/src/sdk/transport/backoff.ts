const baseMs = 250
const capMs = 15_000

/**
 * The delay before retry number `attempt` (from 0), in milliseconds: 250·2^n, at most 15 s, spread over 50 to 150 % of it so that a
 * thousand tabs do not reconnect in the same instant.
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const step = Math.min(capMs, baseMs * 2 ** Math.min(attempt, 16))
  return Math.min(capMs, Math.round(step * (0.5 + random())))
}
