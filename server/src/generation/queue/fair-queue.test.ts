import { setTimeout as sleep } from 'node:timers/promises'
import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { createMemoryDatabase } from '../../../testing/memory-database.ts'
import { createMetrics } from '../../platform/metrics.ts'
import { createLogger } from '../../platform/logger.ts'
import { createGenerationQueue } from './generation-queue.ts'

test('[X10] a question is among the first that run, whatever another person has asked before it', async () => {
  const database = await createMemoryDatabase()
  const capacity = 4
  const queue = await createGenerationQueue({
    database,
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
  for (let index = 0; index < 100; index += 1) await ask(busy, index)
  const started: string[] = []
  const ends: (() => void)[] = []
  queue.start({
    run: async (id) => {
      started.push(id)
      await new Promise<void>((resolve) => ends.push(resolve))
    },
    expire: async () => {},
    title: async () => {},
    import: async () => {},
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
    await ask(busy, 101)
    const next = await ask(other, 1)
    ends[0]?.()
    await expect.poll(() => started.length).toBe(capacity + 1)
    expect(started.at(-1)).toBe(next)
  } finally {
    for (const end of ends) end()
    await queue.handOver()
    for (const end of ends) end()
    await sleep(0)
    await queue.close()
    await database.close()
  }
})
