import { afterEach, expect, test, vi } from 'vitest'
import { createClock } from '../clock.ts'
import type { Logger } from '../logger.ts'
import type { Database } from './database.ts'
import { keepClock, measureClock } from './measure-clock.ts'

afterEach(() => {
  vi.useRealTimers()
})

function fake(kind: Database['kind'] = 'postgres') {
  const warn = vi.fn()
  const info = vi.fn()
  const time = { databaseAheadMs: 0 }
  const queries = { execute: async () => [{ ms: String(Date.now() + time.databaseAheadMs) }] }
  return { time, warn, info, logger: { warn, info } as unknown as Logger, database: { kind, queries } as unknown as Database }
}

test.each([600_000, -600_000])('R8 a clock that is %i ms from that of the database follows it, and says so', async (apartMs) => {
  const { time, warn, logger, database } = fake()
  time.databaseAheadMs = apartMs
  const measured = await measureClock(database, logger)
  expect(Math.abs(measured + apartMs)).toBeLessThan(5_000)
  expect(warn).toHaveBeenCalledWith({ event: 'clock-apart', aheadMs: measured }, expect.any(String))
})

test('R8 a clock that is nearly right, or alone, stays as it is', async () => {
  const near = fake()
  near.time.databaseAheadMs = 1_000
  const alone = fake('pglite')
  alone.time.databaseAheadMs = 600_000
  for (const { warn, logger, database } of [near, alone]) {
    expect(await measureClock(database, logger)).toBe(0)
    expect(warn).not.toHaveBeenCalled()
  }
})

test('R8 a clock that goes wrong while the server runs is set right within a minute, and again when it is mended', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'Date'] })
  const { time, warn, info, logger, database } = fake()
  const clock = createClock()
  using _ = keepClock({ database, clock, logger })
  for (const apartMs of [600_000, -600_000]) {
    time.databaseAheadMs = apartMs
    await vi.advanceTimersByTimeAsync(60_000)
    expect(Math.abs(clock.now().getTime() - Date.now() - apartMs)).toBeLessThan(1_000)
  }
  expect(warn).toHaveBeenCalledTimes(2)
  time.databaseAheadMs = 0
  await vi.advanceTimersByTimeAsync(60_000)
  expect(clock.aheadMs()).toBe(0)
  expect(info).toHaveBeenCalledOnce()
})
