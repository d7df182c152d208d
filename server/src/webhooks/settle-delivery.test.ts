import { expect, test } from 'vitest'
import { toRetryDelayMs, triesForMs } from './settle-delivery.ts'

test('[T3] the time between attempts doubles from five seconds to four hours, and they end within a day', () => {
  const delaysMs: number[] = []
  let tryingForMs = 0
  for (;;) {
    const delayMs = toRetryDelayMs(tryingForMs)
    if (tryingForMs + delayMs > triesForMs) break
    delaysMs.push(delayMs)
    tryingForMs += delayMs
  }
  expect(delaysMs.slice(0, 5)).toEqual([5_000, 5_000, 10_000, 20_000, 40_000])
  expect(Math.max(...delaysMs)).toBe(4 * 3_600_000)
  expect(delaysMs).toHaveLength(17)
  expect(tryingForMs).toBeGreaterThan(20 * 3_600_000)
})
