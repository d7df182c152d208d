import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchWakeup } from './wakeup.ts'

const page = () => Object.assign(new EventTarget(), { visibilityState: 'visible' })
let document = page()
const onWake = vi.fn<() => void>()
let forget = () => {}

beforeEach(() => {
  vi.useFakeTimers()
  document = page()
  vi.stubGlobal('window', new EventTarget())
  vi.stubGlobal('document', document)
  onWake.mockClear()
  forget = watchWakeup(onWake)
})
afterEach(() => {
  forget()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test('a device that slept is noticed by its clock, though the page was never hidden', () => {
  vi.advanceTimersByTime(60_000)
  expect(onWake, 'time that passes as usual').not.toHaveBeenCalled()
  vi.setSystemTime(Date.now() + 3_600_000)
  vi.advanceTimersByTime(2_000)
  expect(onWake).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(60_000)
  expect(onWake).toHaveBeenCalledTimes(1)
})

test('a page in the background has slow timers: that is no sleep', () => {
  document.visibilityState = 'hidden'
  vi.setSystemTime(Date.now() + 60_000)
  vi.advanceTimersByTime(2_000)
  expect(onWake).not.toHaveBeenCalled()
  document.visibilityState = 'visible'
  document.dispatchEvent(new Event('visibilitychange'))
  expect(onWake).toHaveBeenCalledTimes(1)
})

test('a frozen page that is thawed wakes up immediately, and not after it was unwatched', () => {
  document.dispatchEvent(new Event('resume'))
  expect(onWake).toHaveBeenCalledTimes(1)
  forget()
  document.dispatchEvent(new Event('resume'))
  vi.setSystemTime(Date.now() + 3_600_000)
  vi.advanceTimersByTime(10_000)
  expect(onWake).toHaveBeenCalledTimes(1)
})
