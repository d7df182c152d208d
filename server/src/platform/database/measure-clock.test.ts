import { expect, test, vi } from 'vitest'
import type { Logger } from '../logger.ts'
import type { Database } from './database.ts'
import { measureClock } from './measure-clock.ts'

function measure(databaseAheadMs: number, kind: Database['kind'] = 'postgres') {
  const warn = vi.fn()
  const queries = { execute: async () => [{ ms: String(Date.now() + databaseAheadMs) }] }
  const database = { kind, queries } as unknown as Database
  return { warn, ahead: measureClock(database, { warn } as unknown as Logger) }
}

test.each([600_000, -600_000])('R8 a clock that is %i ms from that of the database follows it, and says so', async (apartMs) => {
  const { warn, ahead } = measure(apartMs)
  const measured = await ahead
  expect(Math.abs(measured + apartMs)).toBeLessThan(5_000)
  expect(warn).toHaveBeenCalledWith({ event: 'clock-apart', aheadMs: measured }, expect.any(String))
})

test('R8 a clock that is nearly right, or alone, stays as it is', async () => {
  for (const { warn, ahead } of [measure(1_000), measure(600_000, 'pglite')]) {
    expect(await ahead).toBe(0)
    expect(warn).not.toHaveBeenCalled()
  }
})
