import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMemoryDatabase } from '../../testing/memory-database.ts'
import { executeRows, type Database } from '../platform/database/database.ts'
import { createLogger } from '../platform/logger.ts'
import { createReadiness } from './readiness.ts'

const logger = createLogger('silent')
const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-ready-'))
let database: Database
beforeAll(async () => {
  database = await createMemoryDatabase()
})
afterAll(async () => {
  await database.close()
  rmSync(dataDir, { recursive: true })
})

const config = { databaseUrl: null, dataDir }
const whileOpen = { isClosing: () => false }

test('a server with a database and room is ready', async () => {
  expect(await createReadiness({ config, database, logger, ...whileOpen })()).toEqual([])
})

test('a server that stops is not ready', async () => {
  expect(await createReadiness({ config, database, logger, isClosing: () => true })()).toEqual(['The server is stopping'])
})

test('a database that hangs is not waited for', async () => {
  const never = { execute: () => new Promise(() => {}) } as unknown as Database['queries']
  const check = createReadiness({ config, database: { queries: never }, logger, ...whileOpen, timeoutMs: 10 })
  expect(await check()).toEqual(['The database does not answer'])
})

test('a database that fails says nothing of why', async () => {
  const failing = { execute: () => Promise.reject(new Error('secret host')) } as unknown as Database['queries']
  const check = createReadiness({ config, database: { queries: failing }, logger, ...whileOpen })
  expect(await check()).toEqual(['The database does not answer'])
})

test('a database of an older version is not ours', async () => {
  await database.queries
    .transaction(async (tx) => {
      await executeRows(
        tx,
        sql`delete from drizzle.__drizzle_migrations where created_at = (select max(created_at) from drizzle.__drizzle_migrations)`,
      )
      const check = createReadiness({ config, database: { queries: tx }, logger, ...whileOpen })
      expect(await check()).toEqual(['The database is older than this version of the server: restart it'])
      throw new RollBack()
    })
    .catch((error: unknown) => {
      if (!(error instanceof RollBack)) throw error
    })
  expect(await createReadiness({ config, database, logger, ...whileOpen })()).toEqual([])
})

class RollBack extends Error {}

test('a data directory that is gone is named, its path is not', async () => {
  const gone = { databaseUrl: null, dataDir: join(dataDir, 'gone') }
  expect(await createReadiness({ config: gone, database, logger, ...whileOpen })()).toEqual(['The data directory cannot be read'])
})
