import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { createMemoryDatabase } from '../../../testing/memory-database.ts'
import { createMetrics } from '../../platform/metrics.ts'
import { createLogger } from '../../platform/logger.ts'
import { createLocalBus } from '../../platform/bus/local-bus.ts'
import { createGenerationQueue } from './generation-queue.ts'

test('[X10] a question is among the first that run, whatever another person has asked before it', async () => {
  const database = await createMemoryDatabase()
  const capacity = 4
  const queue = await createGenerationQueue({
    database,
    bus: createLocalBus(),
    logger: createLogger('silent'),
    clock: { now: () => new Date() },
    metrics: createMetrics(),
    capacity,
  })
  const [busy, other] = [uuidv7(), uuidv7()]
  const ownerOf = new Map<string, string>()
  const ask = (userId: string, ahead: number) =>
    database.queries.transaction(async (tx) => {
      const id = uuidv7()
      ownerOf.set(id, userId)
      await queue.enqueue(tx, { id, userId }, ahead)
      return id
    })
  for (let index = 0; index < 30; index += 1) await ask(busy, index)
  const started: string[] = []
  const ends = new Map<string, () => void>()
  queue.start({
    run: async (id, signal) => {
      // On a busy machine a heartbeat may be late, and a job is begun once more.
      if (!started.includes(id)) started.push(id)
      const { promise, resolve } = Promise.withResolvers<void>()
      ends.set(id, resolve)
      signal.addEventListener('abort', () => resolve(), { once: true })
      await promise
    },
    expire: async () => {},
    title: async () => {},
    import: async () => {},
    webhook: async () => {},
  })
  try {
    // Half of the places are for others, who need not wait for the end of an answer.
    await expect.poll(() => started.length).toBe(capacity / 2)
    const first = await ask(other, 0)
    await expect.poll(() => started).toContain(first)
    expect(started.indexOf(first)).toBeLessThanOrEqual(capacity / 2)
    expect(started.filter((id) => ownerOf.get(id) === busy)).toHaveLength(capacity / 2)

    // All places are taken, and others wait: of those who have the fewest answers one is next.
    const third = uuidv7()
    await ask(third, 0)
    await expect.poll(() => started.length).toBe(capacity)
    await ask(busy, 31)
    const next = await ask(other, 1)
    ends.get(started[0] ?? '')?.()
    await expect.poll(() => started.length).toBe(capacity + 1)
    expect(started.at(-1)).toBe(next)
  } finally {
    await queue.handOver()
    await queue.close()
    await database.close()
  }
})
