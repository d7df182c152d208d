import { fileURLToPath } from 'node:url'
import type { PGlite } from '@electric-sql/pglite'
import { sql, type SQL } from 'drizzle-orm'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite'
import { migrate as migratePgliteDatabase } from 'drizzle-orm/pglite/migrator'
import { drizzle as drizzlePostgres } from 'drizzle-orm/postgres-js'
import { migrate as migratePostgresDatabase } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'

export const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url))

/** Any fixed number that no other program on the same database uses for an advisory lock. */
const migrationLock = 4_726_511_093

/** Brings an embedded database to the newest schema. A second call does nothing. */
export async function migratePglite(pglite: PGlite): Promise<void> {
  await migratePgliteDatabase(drizzlePglite(pglite), { migrationsFolder })
}

/** Brings a Postgres database to the newest schema. Any number of nodes may call it concurrently: one migrates, the others wait. */
export async function migratePostgres(url: string): Promise<void> {
  const client = postgres(url, { max: 2, prepare: false, onnotice: () => {} })
  try {
    // The lock belongs to a transaction, not to a session: a pooled host may give every transaction another session.
    await client.begin(async (transaction) => {
      await transaction`select pg_advisory_xact_lock(${migrationLock})`
      await migratePostgresDatabase(drizzlePostgres(client), { migrationsFolder })
    })
  } finally {
    await client.end()
  }
}

/** The migrations that this version knows, in their order. The number is what the database keeps of each that was applied. */
export const migrationNumbers: readonly number[] = readMigrationFiles({ migrationsFolder }).map(
  ({ folderMillis }) => folderMillis,
)

/** Keeps nodes that start from migrating until the end of the transaction. */
export async function holdMigrations(transaction: Executor): Promise<void> {
  await transaction.execute(sql`select pg_advisory_xact_lock(${sql.raw(String(migrationLock))})`)
}

interface Executor {
  execute: (statement: SQL) => PromiseLike<unknown>
}

/**
 * Applies some migrations inside of a transaction, for a copy of a database that stands at one of them.
 * @param after the number of the last migration that was applied; 0 for an empty database
 * @param upTo the number of the last one to apply
 */
export async function applyMigrations(transaction: Executor, after: number, upTo: number): Promise<void> {
  await transaction.execute(sql`create schema if not exists drizzle`)
  await transaction.execute(
    sql`create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`,
  )
  for (const { sql: statements, folderMillis, hash } of readMigrationFiles({ migrationsFolder })) {
    if (folderMillis <= after || folderMillis > upTo) continue
    for (const statement of statements) await transaction.execute(sql.raw(statement))
    await transaction.execute(sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`)
  }
}
