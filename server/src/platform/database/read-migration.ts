import { migrationNumbers } from '@holdfast/drizzle'
import { sql } from 'drizzle-orm'
import { executeRows, type Queries } from './database.ts'

/** The number of the last migration that was applied to a database; 0 for one that has none of our tables. */
export async function readMigration(queries: Queries): Promise<number> {
  const [table] = await executeRows<{ name: string | null }>(
    queries,
    sql`select to_regclass('drizzle.__drizzle_migrations')::text as name`,
  )
  if (!table?.name) return 0
  const [row] = await executeRows<{ newest: string | null }>(
    queries,
    sql`select max(created_at)::text as newest from drizzle.__drizzle_migrations`,
  )
  return Number(row?.newest ?? 0)
}

export const newestMigration = migrationNumbers.at(-1) ?? 0

/** The sentence for a database that a newer version has changed. */
export function isNewer(setting: string): string {
  return `${setting}: a newer version of Holdfast has changed this database. Start that version, or restore a backup that this one has made.`
}
