import { expect, test } from 'vitest'
import { createCallLimits, maxStreamsPerUser } from './call-limits.ts'
import { Refusal } from './refusal.ts'

function createHarness(pointsPerMinute = 60) {
  let time = 0
  const limits = createCallLimits({ pointsPerMinute, now: () => time })
  const take = (userId: string | null, address: string | null, points = 1): number | 'ok' => {
    try {
      limits.take({ userId, address }, points)
      return 'ok'
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return error.retryAfterMs ?? 0
    }
  }
  const takeMany = (count: number, userId: string | null, address: string | null) =>
    Array.from({ length: count }, () => take(userId, address)).filter((result) => result === 'ok').length
  return { limits, take, takeMany, pass: (ms: number) => (time += ms) }
}

test('half of a minute’s points can be spent at the same moment, and they come back evenly', () => {
  const { take, takeMany, pass } = createHarness()
  expect(takeMany(40, 'ada', null)).toBe(30)
  expect(take('ada', null)).toBe(1_000)
  pass(500)
  expect(take('ada', null)).toBe(500)
  pass(500)
  expect(take('ada', null)).toBe('ok')
  pass(3_600_000)
  expect(takeMany(40, 'ada', null), 'no more than a full bucket').toBe(30)
})

test('a call that was refused costs nothing, and one user does not use up the points of another', () => {
  const { take, takeMany } = createHarness()
  takeMany(30, 'ada', '192.0.2.1')
  for (let index = 0; index < 500; index += 1) take('ada', '192.0.2.1')
  expect(take('ben', '192.0.2.1')).toBe('ok')
})

test('an address has the points of ten users, however many users it makes', () => {
  const { takeMany } = createHarness()
  const accepted = Array.from({ length: 20 }, (_, index) => takeMany(30, `guest-${index}`, '192.0.2.1'))
  expect(accepted.reduce((sum, count) => sum + count, 0)).toBe(300)
  expect(takeMany(40, 'ada', '192.0.2.2')).toBe(30)
  expect(takeMany(400, null, '192.0.2.3'), 'without a user').toBe(300)
})

test('a call that costs more than a bucket holds is possible, with a full one', () => {
  const { take, pass } = createHarness()
  expect(take('ada', null, 50)).toBe('ok')
  expect(take('ada', null, 50)).toBe(50_000)
  pass(50_000)
  expect(take('ada', null, 50)).toBe('ok')
})

test('a user has a limited number of streams; one that ends makes room, once', () => {
  const { limits } = createHarness()
  const ends = Array.from({ length: maxStreamsPerUser }, () => limits.beginStream('ada'))
  expect(() => limits.beginStream('ada')).toThrow(Refusal)
  limits.beginStream('ben')()
  ends[0]?.()
  ends[0]?.()
  limits.beginStream('ada')
  expect(() => limits.beginStream('ada')).toThrow(Refusal)
})
