import { expect, test } from 'vitest'
import { lookAgainMs } from './look-again-ms.ts'

test('a file of a draft was asked for every two seconds: only one that is not there is, ever more rarely', () => {
  expect(lookAgainMs({ status: 'success', errorUpdateCount: 3 })).toBe(false)
  expect(lookAgainMs({ status: 'pending', errorUpdateCount: 0 })).toBe(false)
  expect([1, 2, 3, 5, 6, 1_000].map((errorUpdateCount) => lookAgainMs({ status: 'error', errorUpdateCount }))).toEqual([
    2_000, 4_000, 8_000, 32_000, 60_000, 60_000,
  ])
})
