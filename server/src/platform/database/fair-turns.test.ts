import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createMemoryDatabase } from '../../../testing/memory-database.ts'

/** The number of turns of the event loop, each of which serves every socket, while `work` runs. */
async function countTurns(work: () => Promise<void>): Promise<number> {
  let turns = 0
  let isOver = false
  const count = () => {
    turns += 1
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  await work()
  isOver = true
  return turns
}

async function times(count: number, run: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < count; done += 1) await run()
}

test('a chain of queries or transactions lets the sockets have their turn between any two of them', async () => {
  const database = await createMemoryDatabase()
  const { queries } = database
  const one = sql`select 1`
  expect(await countTurns(() => times(20, async () => queries.execute(one)))).toBeGreaterThanOrEqual(20)
  const transaction = () => queries.transaction(async (tx) => times(3, async () => tx.execute(one)))
  expect(await countTurns(() => times(20, transaction))).toBeGreaterThanOrEqual(20)
  await database.close()
})

test('transactions that wait for each other are fair, too', async () => {
  const database = await createMemoryDatabase()
  const transaction = () => database.queries.transaction(async (tx) => tx.execute(sql`select 1`))
  const all = async () => {
    await Promise.all(Array.from({ length: 20 }, transaction))
  }
  expect(await countTurns(all)).toBeGreaterThanOrEqual(20)
  await database.close()
})

test('a query overtakes the transactions that wait, and waits only for the one that runs', async () => {
  const database = await createMemoryDatabase()
  const ended: string[] = []
  const all = [1, 2, 3, 4].map(async (number) => {
    await database.queries.transaction(async (tx) => times(3, async () => tx.execute(sql`select 1`)))
    ended.push(`transaction ${number}`)
  })
  const query = database.queries.execute(sql`select 1`).then(() => ended.push('query'))
  await Promise.all([...all, query])
  expect(ended.indexOf('query')).toBeLessThanOrEqual(1)
  expect(ended.filter((name) => name !== 'query')).toEqual([1, 2, 3, 4].map((number) => `transaction ${number}`))
  await database.close()
})

test('a transaction that fails does not keep the next one from its turn', async () => {
  const database = await createMemoryDatabase()
  const failing = database.queries.transaction(async (tx) => tx.execute(sql`select 1 / 0`))
  const next = database.queries.transaction(async (tx) => tx.execute(sql`select 1`))
  await expect(failing).rejects.toThrow()
  await next
  await database.close()
})
