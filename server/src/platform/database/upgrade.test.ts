import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { applyMigrations, migratePglite, migrationNumbers } from '@holdfast/drizzle'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/pglite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTemporaryDirectory } from '../../../testing/temporary-directory.ts'
import { copyDirectory } from '../sync-files.ts'
import { findBrokenTables } from './check-schema.ts'
import { executeRows, type Queries } from './database.ts'
import { openPglite, openPgliteCopy } from './open-pglite.ts'
import { newestMigration, readMigration } from './read-migration.ts'
import { collectSnapshots } from './snapshots.ts'

let old: AsyncDisposable & { readonly path: string }
const older = migrationNumbers.at(-2) ?? 0
const userId = '00000000-0000-7000-8000-000000000001'

/** A data directory of the version before this one, with a user. */
beforeAll(async () => {
  old = await createTemporaryDirectory()
  const pglite = await PGlite.create({ dataDir: join(old.path, 'pglite') })
  await drizzle(pglite).transaction(async (tx) => {
    await applyMigrations(tx, 0, older)
    await tx.execute(sql`insert into users (id, name, email) values (${userId}, 'Ada', 'ada@example.com')`)
  })
  await pglite.close()
})
afterAll(() => old[Symbol.asyncDispose]())

async function createOld(): Promise<AsyncDisposable & { readonly path: string }> {
  const directory = await createTemporaryDirectory()
  await copyDirectory(old.path, directory.path)
  return directory
}

async function readUsers(queries: Queries): Promise<unknown[]> {
  return executeRows(queries, sql`select name from users`)
}

async function look(path: string) {
  const database = await openPgliteCopy(path)
  try {
    return { migration: await readMigration(database.queries), users: await readUsers(database.queries) }
  } finally {
    await database.close()
  }
}

test('before a migration a copy of the database is kept, and only the newest two stay', async () => {
  await using directory = await createOld()
  const database = await openPglite(directory.path)
  expect(await readMigration(database.queries)).toBe(newestMigration)
  expect(await readUsers(database.queries)).toEqual([{ name: 'Ada' }])
  await database.close()
  const snapshots = join(directory.path, 'snapshots')
  const [name = ''] = await readdir(snapshots)
  expect(name).toMatch(/^\d{4}-\d\d-\d\dT.*-before-upgrade$/u)
  expect(await look(join(snapshots, name))).toEqual({ migration: older, users: [{ name: 'Ada' }] })
  // A database that has the newest schema is not copied again.
  await (await openPglite(directory.path)).close()
  expect(await readdir(snapshots)).toEqual([name])
  for (const later of ['2999-a', '2998-b', '2999-c.unfinished']) await copyDirectory(old.path, join(snapshots, later))
  await collectSnapshots(directory.path)
  expect((await readdir(snapshots)).toSorted()).toEqual(['2998-b', '2999-a'])
  await collectSnapshots(directory.path, new Date(Date.now() + 31 * 86_400_000))
  expect(await readdir(snapshots)).toEqual([])
})

test('a migration that fails, and one whose result is not as it should be, leave the database of the old version', async () => {
  await using directory = await createOld()
  const failing: (typeof migratePglite)[] = [
    async (pglite) => {
      await pglite.exec(`update users set name = 'Half'; create table half_a_migration (id int)`)
      throw new Error('the migration failed')
    },
    async (pglite) => {
      await migratePglite(pglite)
      await pglite.exec('alter table users rename column name to nickname')
    },
  ]
  for (const migrate of failing) {
    await expect(openPglite(directory.path, migrate)).rejects.toThrow(
      /^DATA_DIR: the database could not be brought to the schema of this version, and is as it was before\. .* a copy is in /u,
    )
    expect(await look(join(directory.path, 'pglite'))).toEqual({ migration: older, users: [{ name: 'Ada' }] })
  }
  // Positive control: the real one succeeds afterwards.
  const database = await openPglite(directory.path)
  expect(await readMigration(database.queries)).toBe(newestMigration)
  await database.close()
})

test('an older version does not start on the database of a newer one', async () => {
  await using directory = await createOld()
  const database = await openPglite(directory.path)
  const future = newestMigration + 1
  await database.queries.execute(sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('x', ${future})`)
  await database.close()
  await expect(openPglite(directory.path)).rejects.toThrow('DATA_DIR: a newer version of Holdfast has changed this database.')
})

test('a table that lacks a column, or is missing, is found', async () => {
  await using directory = await createOld()
  const database = await openPglite(directory.path)
  expect(await findBrokenTables(database.queries)).toEqual([])
  await database.queries.execute(sql`alter table drafts drop column content`)
  await database.queries.execute(sql`drop table rate_limits`)
  expect(await findBrokenTables(database.queries)).toEqual(expect.arrayContaining(['drafts', 'rate_limits']))
  await database.close()
})
