import { expect, test } from 'vitest'
import { hasRoom } from './has-room.ts'

test('R11 a full disk said that it was ready', async () => {
  const ready = (bavail: number) => hasRoom('/data', async () => ({ bavail, bsize: 4_096 }))
  expect(await ready(0)).toBe(false)
  expect(await ready(4_095)).toBe(false)
  expect(await ready(4_096)).toBe(true)
})
