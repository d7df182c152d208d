import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { loadUntilThere } from './load-until-there.ts'

let tries = 0
let isThere = false
const load = async () => {
  tries += 1
  if (!isThere) throw new Error(`try ${tries}`)
  return 'loaded'
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('window', new EventTarget())
  tries = 0
  isThere = false
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('a load that fails is tried again after delays that double up to a minute', async () => {
  const loaded = loadUntilThere(load)
  const triedAt: number[] = []
  for (let second = 0; second < 130; second += 1) {
    const before = tries
    await vi.advanceTimersByTimeAsync(1_000)
    if (tries > before) triedAt.push(second + 1)
  }
  expect(triedAt).toEqual([1, 3, 7, 15, 31, 63, 123])
  isThere = true
  await vi.advanceTimersByTimeAsync(60_000)
  await expect(loaded).resolves.toBe('loaded')
})

test('a load that failed is tried again at once when there is a network', async () => {
  const loaded = loadUntilThere(load)
  await vi.advanceTimersByTimeAsync(20_000)
  isThere = true
  window.dispatchEvent(new Event('online'))
  await expect(loaded).resolves.toBe('loaded')
  expect(vi.getTimerCount()).toBe(0)
})

test('nothing is loaded any more after the signal, and the last error is the reason', async () => {
  const abort = new AbortController()
  const loaded = loadUntilThere(load, abort.signal)
  await vi.advanceTimersByTimeAsync(1_500)
  abort.abort()
  await expect(loaded).rejects.toThrow('try 2')
  expect(vi.getTimerCount()).toBe(0)
  await vi.advanceTimersByTimeAsync(100_000)
  expect(tries).toBe(2)
})
