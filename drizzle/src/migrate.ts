import { fileURLToPath } from 'node:url'
import type { PGlite } from '@electric-sql/pglite'
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite'
import { migrate as migratePgliteDatabase } from 'drizzle-orm/pglite/migrator'
import { drizzle as drizzlePostgres } from 'drizzle-orm/postgres-js'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { migrate as migratePostgresDatabase } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'

export const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url))

/** Any fixed number that no other program on the same database uses for an advisory lock. */
const migrationLock = 4_726_511_093

/** When the newest migration was made, as the table of migrations keeps it: milliseconds since 1970. */
export function lastMigrationAt(): number {
  return Math.max(...readMigrationFiles({ migrationsFolder }).map(({ folderMillis }) => folderMillis))
}

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
