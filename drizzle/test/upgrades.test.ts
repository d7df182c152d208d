import { PGlite } from '@electric-sql/pglite'
import { drizzle } from 'drizzle-orm/pglite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyMigrations, migratePglite, migrationNumbers } from '../src/migrate.ts'
import { fillTables, readColumns, readTable } from './sample-rows.ts'

let pglite: PGlite
beforeAll(async () => {
  pglite = await PGlite.create()
})
afterAll(() => pglite.close())

/** Columns that a migration changes on purpose, by table: they are not compared. */
const changed: Readonly<Record<string, readonly string[]>> = {}

test.each(migrationNumbers.map((number, index) => [index, number]))(
  'rows of the schema after migration %i survive the way to the newest one, in every table and column',
  async (_index, number) => {
    await pglite.exec('drop schema public cascade; drop schema if exists drizzle cascade; create schema public')
    await drizzle(pglite).transaction((tx) => applyMigrations(tx, 0, number))
    const before = await pglite.transaction(async (tx) => {
      const counts = await fillTables(tx)
      const columns = await readColumns(tx)
      expect(new Set(Object.values(counts))).toEqual(new Set([2]))
      const names = Array.from(columns, ([table, all]) => {
        const kept = all.map(({ name }) => name).filter((name) => !changed[table]?.includes(name))
        return [table, kept] as const
      })
      return Promise.all(names.map(async ([table, all]) => ({ table, all, rows: await readTable(tx, table, all) })))
    })
    // As the server does it when it starts.
    await migratePglite(pglite)
    await pglite.transaction(async (tx) => {
      const columns = await readColumns(tx)
      for (const { table, all, rows } of before) {
        expect(
          columns.get(table)?.map(({ name }) => name),
          table,
        ).toEqual(expect.arrayContaining(all))
        expect(await readTable(tx, table, all), table).toEqual(rows)
      }
      const { rows } = await tx.query<{ n: number }>('select count(*)::int as n from drizzle.__drizzle_migrations')
      expect(rows[0]?.n).toBe(migrationNumbers.length)
      // The newest schema takes new rows beside the old ones.
      await expect(
        tx.query(`insert into users (id, name, email) values (gen_random_uuid(), 'New', 'new@example.com')`),
      ).resolves.toBeDefined()
    })
  },
)
