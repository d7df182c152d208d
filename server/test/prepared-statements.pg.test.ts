import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { createLocalBus } from '../src/platform/bus/local-bus.ts'
import { createClock } from '../src/platform/clock.ts'
import { executeRows } from '../src/platform/database/database.ts'
import { keepsStatements } from '../src/platform/database/keeps-statements.ts'
import { openPostgres } from '../src/platform/database/open-postgres.ts'
import { readConsistently } from '../src/platform/database/read-consistently.ts'
import { transact } from '../src/event-log/unit-of-work.ts'
import { createPostgresDatabase } from '../testing/create-postgres-database.ts'
import { createStatementMeter } from '../testing/statement-meter.ts'
import { createTransactionPooler } from '../testing/transaction-pooler.ts'

const createUrl = () => createPostgresDatabase(process.env['TEST_POSTGRES_URL'] ?? '')
const openOne = (url: string) => () => postgres(url, { max: 1, prepare: false, onnotice: () => {} })

test('a direct connection keeps what is prepared on it, a pooler that shares connections by transaction does not', async () => {
  const url = await createUrl()
  await using pooler = await createTransactionPooler(url)
  expect(await keepsStatements(openOne(url))).toBe(true)
  expect(await keepsStatements(openOne(pooler.url))).toBe(false)
})

test('behind such a pooler nothing is prepared, and everything is answered', async () => {
  const url = await createUrl()
  await using pooler = await createTransactionPooler(url)
  await using meter = await createStatementMeter(pooler.url)
  const database = await openPostgres(meter.url)
  try {
    for (let round = 0; round < 4; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, n) => executeRows(database.queries, sql`select ${n}::int as n`)),
      )
      expect(answers.flat()).toEqual(Array.from({ length: 40 }, (_, n) => ({ n })))
    }
    expect(meter.prepared()).toEqual(0)
  } finally {
    await database.close()
  }
})

test('a schema that changes under prepared statements fails no read and no unit of work', async () => {
  const url = await createUrl()
  const database = await openPostgres(url)
  await using admin = Object.assign(openOne(url)(), { [Symbol.asyncDispose]: () => admin.end() })
  const deps = { database, bus: createLocalBus(), clock: createClock() }
  const read = (queries: Parameters<typeof executeRows>[0]) =>
    executeRows<{ a: unknown }>(queries, sql`select * from things where a is distinct from ${'x'}::text`)
  const inAllWays = () =>
    Promise.all(
      Array.from({ length: 32 }, () => [
        read(database.queries),
        transact(deps, ({ tx }) => read(tx)),
        readConsistently(database, read),
      ]).flat(),
    )
  try {
    await admin`create table things (a text)`
    await admin`insert into things values ('1')`
    for (let round = 0; round < 6; round += 1) await inAllWays()
    for (const change of ['add column b text', 'drop column b', 'alter column a type varchar(40)']) {
      await admin.unsafe(`alter table things ${change}`)
      const answers = await inAllWays()
      expect(answers).toHaveLength(96)
      for (const rows of answers) expect(rows).toEqual([expect.objectContaining({ a: '1' })])
    }
  } finally {
    await database.close()
  }
})

test('a connection keeps a limited number of statements, however many lengths a list has', async () => {
  await using meter = await createStatementMeter(await createUrl())
  const database = await openPostgres(meter.url)
  try {
    for (let round = 0; round < 3; round += 1) {
      for (let length = 1; length <= 300; length += 1) {
        const list = sql.join(
          Array.from({ length }, (_, n) => sql`${n}::int`),
          sql`, `,
        )
        await database.queries.execute(sql`select 1 where 0 in (${list})`)
      }
    }
    expect(meter.prepared()).toBeGreaterThan(100)
    expect(meter.prepared()).toBeLessThanOrEqual(20 * 256)
  } finally {
    await database.close()
  }
})
