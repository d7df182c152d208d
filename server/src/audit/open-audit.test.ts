import { schema } from '@holdfast/drizzle'
import { asc } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMemoryDatabase } from '../../testing/memory-database.ts'
import type { Database } from '../platform/database/database.ts'
import { createLogger } from '../platform/logger.ts'
import { fromAddress, openAudit } from './open-audit.ts'
import { verifyTable } from './verify-table.ts'

const { auditRecords } = schema
const dayMs = 24 * 60 * 60_000
let database: Database
let nowMs = Date.parse('2026-11-29T12:00:00.000Z')
const clock = { now: () => new Date(nowMs) }
const logs: Record<string, unknown>[] = []
const logger = createLogger('info', { write: (line) => void logs.push(JSON.parse(line) as Record<string, unknown>) })
beforeAll(async () => {
  database = await createMemoryDatabase()
})
afterAll(() => database.close())

const readActions = async () =>
  (await database.queries.select().from(auditRecords).orderBy(asc(auditRecords.seq), asc(auditRecords.at))).map(
    ({ seq, action }) => [seq, action],
  )

test('records get their place by themselves, those that a node left behind too, and old ones go as the settings say', async () => {
  await database.queries.insert(auditRecords).values({
    id: '019a0000-0000-7000-8000-000000000001',
    at: new Date(nowMs - 40 * dayMs),
    action: 'token.created',
    details: {},
  })
  {
    await using audit = openAudit({ database, clock, logger, retentionDays: () => null })
    await audit.record(database.queries, { action: 'token.revoked', actorId: null })
    // Nobody asks for it.
    await expect.poll(readActions).toEqual([
      [1, 'token.created'],
      [2, 'token.revoked'],
    ])
  }
  await using _ = openAudit({ database, clock, logger, retentionDays: () => 30 })
  await expect.poll(readActions).toEqual([
    [2, 'token.revoked'],
    [3, 'audit.pruned'],
  ])
  expect(await verifyTable(database.queries)).toMatchObject({ records: 2, fault: null })
})

test('what happens often is one record a minute, and the next one says how often', async () => {
  await using opened = openAudit({ database, clock, logger, retentionDays: () => null })
  const audit = fromAddress(opened, '192.0.2.7')
  const entry = { action: 'limit.reached', actorId: null, details: { limit: 'x' } } as const
  for (let times = 0; times < 5; times += 1) await audit.noteOften('one', entry)
  await audit.noteOften('another', entry)
  nowMs += 60_000
  await audit.noteOften('one', { ...entry, address: '192.0.2.8' })
  await audit.seal()
  const rows = await database.queries.select().from(auditRecords).orderBy(asc(auditRecords.seq))
  expect(rows.slice(-3).map(({ address, details }) => [address, details])).toEqual([
    ['192.0.2.7', { limit: 'x' }],
    ['192.0.2.7', { limit: 'x' }],
    ['192.0.2.8', { limit: 'x', repeats: 4 }],
  ])
})

test('an act that has happened is not undone because its record cannot be written, and the log of the server has it', async () => {
  await using audit = openAudit({ database, clock, logger, retentionDays: () => null })
  await audit.note({ action: 'token.created', actorId: 'not an id' })
  expect(logs.at(-1)).toMatchObject({ event: 'audit-unwritten', action: 'token.created', actorId: 'not an id', level: 50 })
})
