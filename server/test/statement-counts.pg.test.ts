import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { openPostgres } from '../src/platform/database/open-postgres.ts'
import { createPostgresDatabase } from '../testing/create-postgres-database.ts'
import { createTestApp } from '../testing/create-test-app.ts'
import { completion } from '../testing/scripted-provider/index.ts'
import { createStatementMeter, type MeteredStatement } from '../testing/statement-meter.ts'
import { follow } from './follow.ts'
import { send } from './send.ts'

/** Longer than any of the intervals at which an idle server asks its database something. */
const idleMs = 3_200
const tries = 3

const isFlush = ({ text }: MeteredStatement) => text.includes('with input as')
const isNotice = ({ text }: MeteredStatement) => text.includes('pg_notify($1, $2)') && !text.includes('pgboss')
/** The queue is asked for jobs all the time: it counts when there is one. */
const isFruitful = ({ text, rows }: MeteredStatement) => text.includes('UPDATE pgboss.job') && rows > 0
/** What a node does every few seconds for all that runs on it, or rereads now and then: on a busy machine an answer takes that long. */
const upkeep = [
  'SET heartbeat_on',
  'locked_parents',
  'update generations g set lease_until',
  'from "server_settings"',
  'from "providers"',
  'from "audit_records"',
  'from "jwks"',
]
const isUpkeep = ({ text }: MeteredStatement) => text === 'select 1' || upkeep.some((part) => text.includes(part))
/** The page of the log that a reader asks for when its tail cannot answer. */
const isLogRead = ({ text }: MeteredStatement) => text.includes('"bytes_before"')

test('[cost] an answer costs few statements, and its hundred tokens nothing but their flushes', async () => {
  const url = await createPostgresDatabase(process.env['TEST_POSTGRES_URL'] ?? '')
  await using meter = await createStatementMeter(url)
  await using app = await createTestApp({ env: { DATABASE_URL: meter.url } })
  await using direct = Object.assign(postgres(url, { max: 1, onnotice: () => {} }), {
    [Symbol.asyncDispose]: () => direct.end(),
  })
  app.provider.scriptCompletion(completion('A name'))
  const user = await app.createUser()
  const settled = () =>
    expect
      .poll(async () => {
        const [row] = await direct<{ n: number }[]>`select count(*)::int as n from pgboss.job where state < 'completed'`
        return row?.n
      })
      .toBe(0)
  const ask = async (content: string, conversationId?: string) => {
    const sent = await send(user, content, conversationId === undefined ? {} : { conversationId })
    await settled()
    return sent.conversationId
  }
  const conversationId = await ask('say Hello')
  const reader = follow(user.client, conversationId)
  await reader.until(({ conversation }) => conversation !== null)
  await ask('say Hello', conversationId)

  meter.take()
  await sleep(idleMs)
  const idle = new Set(meter.take().map(({ text }) => text))
  const isIdle = (statement: MeteredStatement) => idle.has(statement.text) && !isFruitful(statement)
  const count = async (work: () => Promise<unknown>) => {
    meter.take()
    await work()
    return meter.take().filter((statement) => !isIdle(statement) && !isUpkeep(statement))
  }
  const fewest = async (work: () => Promise<unknown>) => {
    const runs: MeteredStatement[][] = []
    for (let run = 0; run < tries; run += 1) runs.push(await count(work))
    return runs.toSorted((one, other) => one.length - other.length)[0] ?? []
  }
  const first = await fewest(() => ask('say Hello'))
  const further = await fewest(() => ask('say Hello', conversationId))
  const long = await fewest(() => ask('tokens 101 at 50', conversationId))
  const toRow = (statements: readonly MeteredStatement[]) => ({
    statements: statements.length,
    flushes: statements.filter(isFlush).length,
    notices: statements.filter(isNotice).length,
    'log reads': statements.filter(isLogRead).length,
  })
  const rows = { 'first message, with its title': first, 'further message': further, 'with 100 tokens more': long }
  process.stdout.write(
    `${Object.entries(rows)
      .map(([name, counted]) => `${name}: ${JSON.stringify(toRow(counted))}`)
      .join('\n')}\n`,
  )

  expect(first.length, toTexts(first)).toBeLessThanOrEqual(55)
  expect(further.length, toTexts(further)).toBeLessThanOrEqual(42)
  // Positive control: they are flushes.
  expect(further.filter(isFlush)).toHaveLength(1)
  const others = (statements: readonly MeteredStatement[]) =>
    statements.filter((statement) => !isFlush(statement) && !isNotice(statement))
  const known = new Set(further.map(({ text }) => text))
  expect(others(long).filter(({ text }) => known.has(text)).length, toTexts(long)).toBeLessThanOrEqual(others(further).length)
  // A server rereads its settings now and then, also in the two seconds of this answer: a statement for each token would be here often.
  const unknown = Map.groupBy(others(long), ({ text }) => text)
  for (const text of known) unknown.delete(text)
  for (const repeated of unknown.values()) expect(repeated.length, toTexts(repeated)).toBeLessThanOrEqual(3)
  expect(long.filter(isFlush).length).toBeLessThanOrEqual(101)
  // Their reader was never sent to the log.
  expect(long.filter(isLogRead)).toEqual([])
  reader.stop()
})

test('[cost] a statement is one round trip once its connection knows it', async () => {
  await using meter = await createStatementMeter(await createPostgresDatabase(process.env['TEST_POSTGRES_URL'] ?? ''))
  const database = await openPostgres(meter.url)
  try {
    const read = () => database.queries.query.users.findMany({ where: (user, { eq }) => eq(user.email, 'nobody@example.com') })
    // Every connection of the pool prepares it for itself.
    for (let round = 0; round < 8; round += 1) await Promise.all(Array.from({ length: 64 }, read))
    meter.take()
    await Promise.all(Array.from({ length: 64 }, read))
    expect(new Set(meter.take().map(({ roundTrips }) => roundTrips))).toEqual(new Set([1]))
  } finally {
    await database.close()
  }
})

function toTexts(statements: readonly MeteredStatement[]): string {
  return statements.map(({ text }) => text.replaceAll(/\s+/gu, ' ').slice(0, 120)).join('\n')
}
