import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { schema } from '@holdfast/drizzle'
import { asc, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createMemoryDatabase } from '../../testing/memory-database.ts'
import { createLogger } from '../platform/logger.ts'
import type { Database } from '../platform/database/database.ts'
import { toCanonicalJson } from './canonical-json.ts'
import { openAudit, type Audit } from './open-audit.ts'
import { pruneRecords } from './prune-records.ts'
import { AuditFileError, readAuditExport } from './read-export.ts'
import { hashRecord, type SealedRecord } from './record-hash.ts'
import { verifyChain } from './verify-chain.ts'
import { verifyTable } from './verify-table.ts'

const { auditRecords } = schema
let database: Database
let audit: Audit & AsyncDisposable
let nowMs = Date.parse('2026-11-29T12:00:00.000Z')
const clock = { now: () => new Date(nowMs) }

beforeAll(async () => {
  database = await createMemoryDatabase()
  const logger = createLogger('silent', { write: () => {} })
  audit = openAudit({ database, clock, logger, retentionDays: () => null })
})
afterAll(async () => {
  await audit[Symbol.asyncDispose]()
  await database.close()
})

const actorId = '019a0000-0000-7000-8000-000000000001'

/** Ten records, one a second; the fifth has awkward details. */
beforeEach(async () => {
  await database.queries.transaction(async (tx) => {
    await tx.execute(sql`select set_config('holdfast.audit_retention', 'on', true)`)
    await tx.execute(sql`delete from audit_records`)
    await tx.execute(sql`delete from server_settings`)
  })
  for (let index = 1; index <= 10; index += 1) {
    nowMs += 1_000
    const details = index === 5 ? { z: 'a "quoted", text; =1+1', a: [1, 2.5, null], ä: { b: true, a: false } } : { n: index }
    await audit.record(database.queries, {
      action: 'token.created',
      actorId,
      targetType: 'token',
      targetId: `t${index}`,
      details,
    })
  }
  await audit.seal()
})

const readAll = async () => (await database.queries.select().from(auditRecords).orderBy(asc(auditRecords.seq))) as SealedRecord[]
const verify = () => verifyTable(database.queries)

/** As somebody can who has the whole database: past the triggers. */
async function tamper(...statements: readonly ReturnType<typeof sql>[]): Promise<void> {
  await database.queries.transaction(async (tx) => {
    await tx.execute(sql`alter table audit_records disable trigger all`)
    for (const statement of statements) await tx.execute(statement)
    await tx.execute(sql`alter table audit_records enable trigger all`)
  })
}

async function insertCopy(seq: number, changes: Partial<SealedRecord> = {}): Promise<SealedRecord> {
  const records = await readAll()
  const before = records.find((record) => record.seq === seq - 1) ?? records[0]
  if (!before) throw new Error('there are records')
  const made = { ...before, id: '019a0000-0000-7000-8000-00000000ffff', seq, ...changes }
  const record = { ...made, hash: hashRecord(before.hash, made) }
  await database.queries.insert(auditRecords).values(record)
  return record
}

/** Each is done to a whole chain of ten, and says which record has to be named. */
const ways: readonly { readonly name: string; readonly act: () => Promise<unknown>; readonly named: number }[] = [
  {
    name: 'one member of the details is changed',
    act: () => tamper(sql`update audit_records set details = '{"n": 99}' where seq = 4`),
    named: 4,
  },
  {
    name: 'its time is moved by a millisecond',
    act: () => tamper(sql`update audit_records set at = at + interval '1 ms' where seq = 7`),
    named: 7,
  },
  {
    name: 'it is put on somebody else',
    act: () => tamper(sql`update audit_records set actor_id = null where seq = 1`),
    named: 1,
  },
  { name: 'one is dropped', act: () => tamper(sql`delete from audit_records where seq = 6`), named: 6 },
  { name: 'the first one is dropped', act: () => tamper(sql`delete from audit_records where seq = 1`), named: 1 },
  { name: 'the last one is dropped', act: () => tamper(sql`delete from audit_records where seq = 10`), named: 10 },
  {
    name: 'one is dropped and the rest moves up',
    act: () =>
      tamper(
        sql`delete from audit_records where seq = 3`,
        sql`update audit_records set seq = -seq where seq > 3`,
        sql`update audit_records set seq = -seq - 1 where seq < 0`,
      ),
    named: 3,
  },
  {
    name: 'two are swapped',
    act: () =>
      tamper(
        sql`update audit_records set seq = -1 where seq = 5`,
        sql`update audit_records set seq = 5 where seq = 8`,
        sql`update audit_records set seq = 8 where seq = -1`,
      ),
    named: 5,
  },
  { name: 'one is added at the end with the right hash', act: () => insertCopy(11), named: 11 },
  {
    name: 'one is inserted and the rest moves down',
    act: async () => {
      await tamper(
        sql`update audit_records set seq = -seq where seq >= 5`,
        sql`update audit_records set seq = -seq + 1 where seq < 0`,
      )
      await insertCopy(5)
    },
    named: 6,
  },
  {
    name: 'one is changed together with its hash',
    act: async () => {
      const [, second] = await readAll()
      const [first] = await readAll()
      if (!first || !second) throw new Error('there are records')
      const changed = { ...second, action: 'token.revoked' }
      await tamper(
        sql`update audit_records set action = 'token.revoked', hash = ${hashRecord(first.hash, changed)} where seq = 2`,
      )
    },
    named: 3,
  },
  {
    name: 'everything from one on is written again',
    act: async () => {
      let { hash } = (await readAll())[7] ?? { hash: '' }
      for (const record of (await readAll()).slice(8)) {
        hash = hashRecord(hash, { ...record, address: '192.0.2.1' })
        await tamper(sql`update audit_records set address = '192.0.2.1', hash = ${hash} where seq = ${record.seq}`)
      }
    },
    named: 10,
  },
]

describe('a chain of ten records', () => {
  test('is found whole, with places dense from one and the oldest first', async () => {
    expect(await verify()).toMatchObject({ records: 10, head: { seq: 10 }, fault: null, next: null })
    const records = await readAll()
    expect(records.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(records.map(({ targetId }) => targetId)).toEqual(Array.from({ length: 10 }, (_, index) => `t${index + 1}`))
  })

  test.each(ways)('of which $name is named', async ({ act, named }) => {
    await act()
    const { fault } = await verify()
    expect(fault?.seq).toBe(named)
    expect(fault?.message).toMatch(new RegExp(String.raw`^Record ${named}\b`, 'u'))
    expect(fault?.message).toContain(fault?.id ?? String(named))
  })

  test('can be verified in steps, each from where the last one ended', async () => {
    const first = await verifyTable(database.queries, { limit: 4 })
    expect(first).toMatchObject({ records: 4, next: { seq: 4 }, fault: null })
    const second = await verifyTable(database.queries, { limit: 100, after: first.next ?? { seq: 0, hash: '' } })
    expect(second).toMatchObject({ records: 6, next: null, head: { seq: 10 }, fault: null })
  })

  test('refuses a change, a deletion and a truncation, also of a record that has no place yet', async () => {
    const refused = async (statement: ReturnType<typeof sql>) => {
      const error: unknown = await database.queries.execute(statement).then(
        () => null,
        (reason: unknown) => reason,
      )
      expect(error).toMatchObject({ cause: { message: 'audit_records is append-only' } })
    }
    await refused(sql`update audit_records set details = '{}' where seq = 2`)
    await refused(sql`update audit_records set seq = 40, hash = 'x' where seq = 2`)
    await refused(sql`delete from audit_records where seq = 2`)
    await refused(sql`truncate audit_records`)
    await database.queries.insert(auditRecords).values({ id: actorId, at: clock.now(), action: 'token.created', details: {} })
    await refused(sql`update audit_records set action = 'token.revoked', seq = 11, hash = 'x' where seq is null`)
    await refused(sql`delete from audit_records where seq is null`)
    await audit.seal()
    expect(await verify()).toMatchObject({ records: 11, fault: null })
  })

  test('stays verifiable when its oldest records are removed, in steps and up to all of them', async () => {
    const [, , , fourth] = await readAll()
    const before = fourth?.at ?? new Date(0)
    expect(await pruneRecords({ database, clock }, before, 2)).toEqual({ removed: 2, lastSeq: 2 })
    expect(await pruneRecords({ database, clock }, before, 2)).toEqual({ removed: 1, lastSeq: 3 })
    expect(await pruneRecords({ database, clock }, before, 2)).toEqual({ removed: 0, lastSeq: 3 })
    expect(await verify()).toMatchObject({ records: 7, fault: null })
    await tamper(sql`delete from audit_records where seq = 4`)
    expect((await verify()).fault).toMatchObject({ seq: 4 })
    const far = new Date(nowMs + 60_000)
    expect(await pruneRecords({ database, clock }, far, 100)).toMatchObject({ lastSeq: 10 })
    await audit.record(database.queries, { action: 'token.created', actorId: null })
    await audit.seal()
    expect((await readAll()).map(({ seq }) => seq)).toEqual([11])
    expect(await verify()).toMatchObject({ records: 1, fault: null })
  })

  test('leaves out what was rolled back, and gives a place to what commits late', async () => {
    const undo = new Error('undo')
    const undone = database.queries.transaction(async (tx) => {
      await audit.record(tx, { action: 'token.created', actorId: null })
      throw undo
    })
    await expect(undone).rejects.toBe(undo)
    await database.queries.insert(auditRecords).values({ id: actorId, at: new Date(0), action: 'token.created', details: {} })
    await audit.seal()
    expect((await readAll()).at(-1)).toMatchObject({ id: actorId, seq: 11 })
    expect(await verify()).toMatchObject({ records: 11, fault: null })
  })
})

describe('an exported file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-audit-'))
  const file = join(folder, 'audit')
  afterAll(() => rmSync(folder, { recursive: true }))
  const names = ['id', 'seq', 'at', 'actorId', 'action', 'targetType', 'targetId', 'address', 'details', 'hash'] as const
  const toCells = (record: SealedRecord) => ({ ...record, at: record.at.toISOString(), details: JSON.stringify(record.details) })
  const quote = (text: string | number | null | undefined) => `"${String(text ?? '').replaceAll('"', '""')}"`
  const writers = {
    CSV: (records: readonly SealedRecord[]) =>
      [
        `actorName,${names.join(',')}`,
        ...records.map((record) => ["'=name", ...names.map((name) => toCells(record)[name])].map(quote).join(',')),
      ].join('\r\n'),
    NDJSON: (records: readonly SealedRecord[]) => records.map((record) => JSON.stringify(record)).join('\n'),
  }

  test.each(Object.entries(writers))('%s is verified as the table is', async (_, write) => {
    const records = await readAll()
    writeFileSync(file, write(records))
    expect(await verifyChain(readAuditExport(file))).toMatchObject({ records: 10, head: { seq: 10 }, fault: null })
    writeFileSync(file, write(records.slice(3)))
    expect(await verifyChain(readAuditExport(file))).toMatchObject({ records: 7, fault: null })
    writeFileSync(file, write(records.filter(({ seq }) => seq !== 5)))
    expect((await verifyChain(readAuditExport(file))).fault).toMatchObject({ seq: 5, message: 'Record 5 is missing.' })
    writeFileSync(file, write(records.map((record) => (record.seq === 9 ? { ...record, targetId: 'other' } : record))))
    expect((await verifyChain(readAuditExport(file))).fault?.seq).toBe(9)
    writeFileSync(file, write(records.toSorted((a, b) => (a.seq === 3 ? 4 : a.seq) - (b.seq === 3 ? 4.5 : b.seq))))
    expect((await verifyChain(readAuditExport(file))).fault?.seq).toBeGreaterThan(1)
  })

  test.each([
    ['neither CSV nor JSON', 'hello', 'line 1: the column id, seq'],
    ['a broken line', `${names.join(',')}\n"a","b`, 'line 2: is not CSV'],
    ['a missing cell', `${names.join(',')}\n"a",1`, 'line 2: has 2 cells, not 10'],
    ['a record without a time', JSON.stringify({ id: 'a', seq: 1 }), 'line 1: at cannot be read'],
  ])('that is %s is refused by its line', async (_, content, message) => {
    writeFileSync(file, content)
    const reading = verifyChain(readAuditExport(file))
    await expect(reading).rejects.toThrow(message)
    await expect(reading).rejects.toBeInstanceOf(AuditFileError)
  })
})

test('canonical JSON has the members of every object in order, and nothing else changes', () => {
  const made = toCanonicalJson({ b: [{ z: 1, a: '\u00e4"' }], __proto_: 0, a: { d: null, c: -0, aa: 1e21 } })
  expect(made).toBe('{"__proto_":0,"a":{"aa":1e+21,"c":0,"d":null},"b":[{"a":"ä\\"","z":1}]}')
})
