import { sql } from 'drizzle-orm'
import { executeRows, type Queries } from '../platform/database/database.ts'
import { tableNames } from '../platform/database/check-schema.ts'
import { newestMigration, readMigration } from '../platform/database/read-migration.ts'
import type { Finding } from './finding.ts'

/** The schema: its migration, tables that are missing, and indexes that the database does not use. */
export async function checkSchema(queries: Queries): Promise<Finding[]> {
  const migration = await readMigration(queries)
  if (migration > newestMigration) {
    const mend = 'Use the version of Holdfast that the server had.'
    return [
      {
        check: 'schema-newer',
        severity: 'error',
        what: 'The database is newer than this program.',
        why: 'A newer version has migrated it.',
        mend,
      },
    ]
  }
  const findings: Finding[] = []
  if (migration < newestMigration) {
    findings.push({
      check: 'schema-older',
      severity: 'note',
      what: 'The database has the schema of an older version.',
      why: 'This version has not been started on it.',
      mend: 'Start the server: it keeps a copy and migrates.',
    })
    return findings
  }
  const rows = await executeRows<{ name: string }>(
    queries,
    sql`select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  )
  const found = new Set(rows.map(({ name }) => name))
  for (const table of tableNames.filter((name) => !found.has(name))) {
    findings.push({
      check: 'table-missing',
      severity: 'error',
      what: `The table ${table} is missing.`,
      why: 'Somebody has removed it: no version of Holdfast does.',
      mend: 'Restore a backup.',
    })
  }
  const indexes = await executeRows<{ name: string }>(
    queries,
    sql`select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid
      where c.relnamespace = 'public'::regnamespace and not i.indisvalid`,
  )
  for (const { name } of indexes) {
    findings.push({
      check: 'index-invalid',
      severity: 'warning',
      what: `The index ${name} is not used.`,
      why: 'Building it was cut off.',
      mend: `reindex index ${name}`,
      fix: {
        needs: 'database',
        run: async ({ database }) => void (await database.queries.execute(sql`reindex index ${sql.identifier(name)}`)),
      },
    })
  }
  return findings
}
