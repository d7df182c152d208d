import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createStartQueue } from './start-queue.ts'

test('two start at a time; one that fails or hangs does not hold the others up', async () => {
  const queue = createStartQueue(2, 10)
  let most = 0
  let running = 0
  const start = async () => {
    running += 1
    most = Math.max(most, running)
    await sleep(1)
    running -= 1
  }
  void queue.run(() => new Promise(() => undefined))
  const failed = queue.run(() => Promise.reject(new Error('no')))
  await expect(failed).rejects.toThrow('no')
  await Promise.all(Array.from({ length: 5 }, () => queue.run(start)))
  expect(most).toBeLessThanOrEqual(2)
})
