import { afterEach, expect, test, vi } from 'vitest'
import { createIdleWatchdog } from './idle-watchdog.ts'

afterEach(() => {
  vi.useRealTimers()
})

const never = new Promise<never>(() => undefined)

async function elapse(ms: number): Promise<void> {
  vi.advanceTimersByTime(ms)
  await Promise.resolve()
  vi.runAllTicks()
  vi.advanceTimersByTime(0)
}

test('a wait that is too long is noticed, once', async () => {
  vi.useFakeTimers()
  const onIdle = vi.fn()
  using watchdog = createIdleWatchdog(100, onIdle)
  void watchdog.watch(never)
  await elapse(99)
  expect(onIdle).not.toHaveBeenCalled()
  await elapse(2)
  expect(onIdle).toHaveBeenCalledTimes(1)
  await elapse(1000)
  expect(onIdle).toHaveBeenCalledTimes(1)
})

test('time between two waits does not count, and a wait after a long pause is watched again', async () => {
  vi.useFakeTimers()
  const onIdle = vi.fn()
  using watchdog = createIdleWatchdog(100, onIdle)
  await watchdog.watch(Promise.resolve())
  await elapse(1000)
  expect(onIdle).not.toHaveBeenCalled()
  void watchdog.watch(never)
  await elapse(99)
  expect(onIdle).not.toHaveBeenCalled()
  await elapse(2)
  expect(onIdle).toHaveBeenCalledTimes(1)
})

test('data that comes while the process stood still comes in time', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const onIdle = vi.fn()
  const late = Promise.withResolvers<string>()
  using watchdog = createIdleWatchdog(100, onIdle)
  const waiting = watchdog.watch(late.promise)
  vi.advanceTimersByTime(200)
  late.resolve('data')
  expect(await waiting).toBe('data')
  await new Promise(setImmediate)
  expect(onIdle).not.toHaveBeenCalled()
})

test('nothing is noticed any more once it is disposed', async () => {
  vi.useFakeTimers()
  const onIdle = vi.fn()
  const watchdog = createIdleWatchdog(100, onIdle)
  void watchdog.watch(never)
  watchdog[Symbol.dispose]()
  await elapse(1000)
  expect(onIdle).not.toHaveBeenCalled()
})
