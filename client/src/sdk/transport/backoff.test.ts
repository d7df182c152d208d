import { expect, test } from 'vitest'
import { backoffMs } from './backoff.ts'

test('[N1] the delay doubles each time, up to 15 seconds', () => {
  const middle = () => 0.5
  expect([0, 1, 2, 3, 4, 5, 6, 20, 5000].map((attempt) => backoffMs(attempt, middle))).toEqual([
    250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000,
  ])
})

test('[N1] jitter is between half and one and a half of the delay, which never exceeds the cap', () => {
  expect([backoffMs(2, () => 0), backoffMs(2, () => 0.999)]).toEqual([500, 1499])
  expect(backoffMs(9, () => 0.999)).toBe(15_000)
})
