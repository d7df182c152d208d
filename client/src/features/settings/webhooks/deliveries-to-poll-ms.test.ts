import { expect, test } from 'vitest'
import { deliveriesToPollMs } from './deliveries-to-poll-ms.ts'

const now = Date.parse('2026-11-30T12:00:00.000Z')
const pending = (dueInMs: number) => ({ state: 'pending', nextAttemptAt: new Date(now + dueInMs).toISOString() }) as const

test('deliveries that wait for hours are not read every three seconds', () => {
  expect(deliveriesToPollMs([{ state: 'delivered', nextAttemptAt: null }], now)).toBe(false)
  expect(deliveriesToPollMs([pending(0)], now)).toBe(3_000)
  // It may be sent just now.
  expect(deliveriesToPollMs([pending(20_000)], now)).toBe(3_000)
  expect(deliveriesToPollMs([pending(40_000)], now)).toBe(40_000)
  expect(deliveriesToPollMs([pending(4 * 3_600_000)], now)).toBe(60_000)
  // It is behind one that waits.
  expect(deliveriesToPollMs([pending(-3_600_000), pending(3_600_000)], now)).toBe(60_000)
})
