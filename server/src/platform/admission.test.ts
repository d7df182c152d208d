import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createAdmission } from './admission.ts'

const never = new AbortController().signal
beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('so many are inside at once, in the order in which they came, and each that leaves lets the next one in', async () => {
  const admission = createAdmission({ atOnce: 2, patienceMs: 60_000 })
  const places = Array.from({ length: 5 }, () => admission.enter())
  const inside = async () => {
    const answers = Promise.all(places.map((place) => place.isInside(10, never)))
    await vi.advanceTimersByTimeAsync(10)
    return answers
  }
  expect(await inside()).toEqual([true, true, false, false, false])
  places[1]?.[Symbol.dispose]()
  expect((await inside()).slice(2)).toEqual([true, false, false])
  // One that leaves while it waits takes no place, nor does one that leaves twice make room.
  places[3]?.[Symbol.dispose]()
  places[1]?.[Symbol.dispose]()
  expect((await inside()).slice(4)).toEqual([false])
  places[0]?.[Symbol.dispose]()
  expect((await inside()).slice(4)).toEqual([true])
})

test('one that has waited long enough is let in although nobody leaves, and counts', async () => {
  const admission = createAdmission({ atOnce: 1, patienceMs: 1_000 })
  const stuck = admission.enter()
  const second = admission.enter()
  const entered = second.isInside(5_000, never)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await entered).toBe(true)
  stuck[Symbol.dispose]()
  const third = admission.enter()
  const waited = third.isInside(500, never)
  await vi.advanceTimersByTimeAsync(500)
  expect(await waited).toBe(false)
  second[Symbol.dispose]()
  expect(await third.isInside(0, never)).toBe(true)
})

test('one that is given up stops waiting immediately', async () => {
  const admission = createAdmission({ atOnce: 0, patienceMs: 60_000 })
  const abort = new AbortController()
  const waited = admission.enter().isInside(60_000, abort.signal)
  abort.abort()
  expect(await waited).toBe(false)
})
