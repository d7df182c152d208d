import { once } from 'node:events'
import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import postgres, { type Sql, type TransactionSql } from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPostgresDatabase } from '../testing/create-postgres-database.ts'
import { createSeededRandom } from './seeded-random.ts'

/** The driver is patched (patches/postgres@3.4.9.patch): what a lost connection may do to us is decided there. */

const options = { prepare: false, onnotice: () => {} } as const

let url: string
let admin: Sql
const unexpected: unknown[] = []
const note = (error: unknown) => unexpected.push(error)

beforeAll(async () => {
  process.on('uncaughtException', note).on('unhandledRejection', note)
  url = await createPostgresDatabase(process.env['TEST_POSTGRES_URL'] ?? '')
  admin = postgres(url, { ...options, max: 1 })
  await admin`create table rows (run integer not null, n integer not null)`
})
afterAll(async () => {
  await admin.end()
  process.off('uncaughtException', note).off('unhandledRejection', note)
})

const pidOf = async (sql: Sql | TransactionSql): Promise<number> => {
  const [row] = await (sql as Sql)<{ pid: number }[]>`select pg_backend_pid() as pid`
  return row?.pid ?? 0
}
const terminate = async (pid: number) => {
  await admin`select pg_terminate_backend(${pid})`
}
const codeOf = (error: unknown) => (error as { code?: string }).code
/** A lost connection, as the driver or as the server says it. */
const lost = expect.stringMatching(/^(?:CONNECTION_CLOSED|CONNECTION_DESTROYED|CONNECTION_SILENT|ECONNRESET|EPIPE|57P01)$/u)

const answeredOrLost = expect.stringMatching(/^(?:answered|CONNECTION_CLOSED|CONNECTION_DESTROYED|ECONNRESET|EPIPE|57P01)$/u)

describe('R1 a connection that the server ends harms only the query that used it', () => {
  test('idle: the next query gets a new one', async () => {
    await using sql = open()
    const pid = await pidOf(sql)
    await terminate(pid)
    // The queries between the server's decision and the news of it are refused, none hangs.
    await expect.poll(() => pidOf(sql).catch(codeOf)).toEqual(expect.any(Number))
    expect(await pidOf(sql)).not.toBe(pid)
    expect(unexpected).toEqual([])
  })

  test('active: the query is refused', async () => {
    await using sql = open()
    const pid = await pidOf(sql)
    const asleep = sql`select pg_sleep(60)`.catch(codeOf)
    await expect
      .poll(async () => (await admin`select 1 from pg_stat_activity where pid = ${pid} and state = 'active'`).length)
      .toBe(1)
    await terminate(pid)
    expect(await asleep).toEqual(lost)
    expect(await pidOf(sql)).toEqual(expect.any(Number))
    expect(unexpected).toEqual([])
  })

  test('in the turn in which a query is written: the write is put off by the driver, and finds no socket', async () => {
    await using sql = open()
    for (let round = 0; round < 12; round += 1) {
      const pid = await pidOf(sql)
      const ended = terminate(pid)
      // Queries at every moment between the server's decision and the news of it.
      const asked: Promise<unknown>[] = []
      let isOver = false
      void ended.then(() => (isOver = true))
      while (!isOver || asked.length < 20) {
        asked.push(sql`select ${round}::int as round`.catch(codeOf))
        await new Promise((resolve) => setImmediate(resolve))
      }
      for (const answer of await Promise.all(asked)) {
        expect(answer).toEqual(Array.isArray(answer) ? [{ round }] : lost)
      }
    }
    expect(unexpected).toEqual([])
  })

  test('idle in a transaction: it is refused as a whole', async () => {
    await using sql = open()
    const run = 1
    const outcome = await sql
      .begin(async (tx) => {
        await tx`insert into rows values (${run}, 1)`
        await terminate(await pidOf(tx))
        await expect.poll(() => tx`select 1`.then(() => 'alive', codeOf)).toEqual(lost)
        await tx`insert into rows values (${run}, 2)`
      })
      .then(() => 'committed', codeOf)
    expect(outcome).toEqual(lost)
    expect(await admin`select * from rows where run = ${run}`).toEqual([])
    expect(unexpected).toEqual([])
  })

  test('while the driver asks for the types of arrays, which it does first: what waits is refused, and a reservation gets the next one', async () => {
    await using line = await openLine(url)
    line.cutAt('pg_catalog.pg_type', 3)
    await using sql = open(1, {}, line.url)
    expect(await sql`select 1`.catch(codeOf)).toEqual(lost)
    expect(await sql.begin((tx) => tx`select 1`).catch(codeOf)).toEqual(lost)
    const reserved = await sql.reserve()
    expect(await reserved`select ${[1, 2]}::int[] as a`).toEqual([{ a: [1, 2] }])
    reserved.release()
    expect(await sql`select 1 as a`).toEqual([{ a: 1 }])
    expect(line.cuts()).toBe(3)
    expect(unexpected).toEqual([])
  })

  test('reserved: what holds it is refused, and giving it back does not disturb whoever has it by then', async () => {
    await using sql = open(1)
    const reserved = await sql.reserve()
    await terminate(await pidOf(reserved))
    await expect.poll(() => reserved`select 1`.then(() => 'alive', codeOf)).toEqual(lost)
    const others = [sql`select 1 as a`, sql`select 2 as a`].map((query) => query.catch(codeOf))
    reserved.release()
    // Given back before the close was heard of, the connection may still refuse these; none of them hangs.
    for (const answer of await Promise.all(others)) expect(Array.isArray(answer) ? 'answered' : answer).toEqual(answeredOrLost)
    await expect.poll(() => sql`select 3 as a`.catch(codeOf)).toEqual([{ a: 3 }])
    expect(unexpected).toEqual([])
  })

  test('listening: it listens again', async () => {
    await using sql = open()
    const heard: string[] = []
    let listens = 0
    await sql.listen(
      'driver_test',
      (text) => heard.push(text),
      () => (listens += 1),
    )
    const [listener] = await admin<{ pid: number }[]>`select pid from pg_stat_activity where query ilike 'listen%driver_test%'`
    await terminate(listener?.pid ?? 0)
    await expect.poll(() => listens).toBe(2)
    await admin`select pg_notify('driver_test', 'after')`
    await expect.poll(() => heard).toEqual(['after'])
    expect(unexpected).toEqual([])
  })
})

test('R2 no statement of a transaction runs after its connection was lost, whoever waits for the connection', async () => {
  const random = createSeededRandom(7)
  await using sql = open(2)
  const rejected: number[] = []
  for (let run = 100; run < 160; run += 1) {
    const cutAfter = Math.floor(random() * 4)
    const pauseMs = Math.floor(random() * 3)
    // They wait in the line of the pool, so that a connection which is lost is opened again for them.
    const waiting = Array.from({ length: 6 }, () => sql`select pg_sleep(0.002)`.catch(codeOf))
    await sql
      .begin(async (tx) => {
        for (let n = 0; n < 5; n += 1) {
          if (n === cutAfter) await terminate(await pidOf(tx))
          if (n > cutAfter) await delay(pauseMs)
          await tx`insert into rows values (${run}, ${n})`.catch(() => undefined)
        }
      })
      .catch(() => rejected.push(run))
    await Promise.all(waiting)
  }
  expect(rejected.length).toBe(60)
  expect(await admin`select * from rows where run >= 100`).toEqual([])
  expect(unexpected).toEqual([])
})

describe('R3 a network that has gone silent', () => {
  test('lets no query wait longer than the driver is configured to', async () => {
    await using line = await openLine(url)
    await using sql = open(2, { silence_timeout: 1, connect_timeout: 1 }, line.url)
    expect(await sql`select 1 as a`).toEqual([{ a: 1 }])
    line.goSilent()
    expect(await sql`select 2 as a`.catch(codeOf)).toBe('CONNECTION_SILENT')
    line.comeBack()
    await expect.poll(() => sql`select 3 as a`.catch(codeOf)).toEqual([{ a: 3 }])
    expect(unexpected).toEqual([])
  })

  test('is found out by a listener that hears nothing', async () => {
    await using line = await openLine(url)
    await using sql = open(1, { silence_timeout: 1, connect_timeout: 1 }, line.url)
    const heard: string[] = []
    let listens = 0
    await sql.listen(
      'silent_test',
      (text) => heard.push(text),
      () => (listens += 1),
    )
    // The connection that is there stays silent; new ones get through.
    line.goSilent()
    line.comeBack()
    await expect.poll(() => listens, { timeout: 30_000 }).toBe(2)
    await admin`select pg_notify('silent_test', 'after')`
    await expect.poll(() => heard).toEqual(['after'])
    expect(unexpected).toEqual([])
  })
})

function open(max = 1, more: Record<string, unknown> = {}, address = url): Sql & AsyncDisposable {
  const sql = postgres(address, { ...options, max, ...more })
  return Object.assign(sql, { [Symbol.asyncDispose]: () => sql.end({ timeout: 0 }) })
}

/** A TCP proxy before the database that can reset a connection, or be silent, as a firewall is that has forgotten a connection. */
async function openLine(target: string) {
  const { hostname, port } = new URL(target)
  const pairs = new Set<{ inner: Socket; outer: Socket; silent: boolean }>()
  let silent = false
  let cutting = { text: '', times: 0, done: 0 }
  const server = createServer((outer) => {
    const inner = connectTcp(Number(port), hostname)
    const pair = { inner, outer, silent }
    pairs.add(pair)
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      from.on('data', (chunk: Buffer) => {
        if (from === outer && cutting.done < cutting.times && chunk.includes(cutting.text)) {
          cutting.done += 1
          outer.resetAndDestroy()
        } else if (!pair.silent) to.write(chunk)
      })
      from.on('error', () => to.destroy())
      from.on('close', () => {
        if (!pair.silent) to.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = new URL(target)
  address.port = String((server.address() as AddressInfo).port)
  return {
    url: address.href,
    goSilent: () => {
      silent = true
      for (const pair of pairs) pair.silent = true
    },
    comeBack: () => {
      silent = false
    },
    /** Resets the connection on which this is asked, so many times. */
    cutAt: (text: string, times: number) => {
      cutting = { text, times, done: 0 }
    },
    cuts: () => cutting.done,
    [Symbol.asyncDispose]: async () => {
      for (const { inner, outer } of pairs) {
        inner.destroy()
        outer.destroy()
      }
      server.close()
      await once(server, 'close')
    },
  }
}
