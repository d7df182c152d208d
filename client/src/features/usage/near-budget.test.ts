import { noLimits, type Me } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { findNearBudget } from './near-budget.ts'

const usage: Me['usage'] = { tokensToday: 799, microUsdThisMonth: 500, bytesStored: 90, generating: 0 }

test.each([
  [noLimits, null],
  [{ ...noLimits, tokensPerDay: 1_000 }, null],
  [
    { ...noLimits, tokensPerDay: 998 },
    { kind: 'tokens', percent: 80 },
  ],
  [
    { ...noLimits, tokensPerDay: 100 },
    { kind: 'tokens', percent: 100 },
  ],
  [
    { ...noLimits, tokensPerDay: 900, microUsdPerMonth: 510 },
    { kind: 'money', percent: 98 },
  ],
  [{ ...noLimits, tokensPerDay: 0 }, null],
  [
    { ...noLimits, bytesStored: 100, tokensPerDay: 1_000 },
    { kind: 'files', percent: 90 },
  ],
])('%o', (limits, near) => {
  expect(findNearBudget({ limits, usage })).toEqual(near)
})
