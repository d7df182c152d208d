import type { Config } from '../config/config.ts'
import type { Database } from '../platform/database/database.ts'
import { openPglite } from '../platform/database/open-pglite.ts'
import { openPostgres } from '../platform/database/open-postgres.ts'

/** The database that the settings name: a Postgres, or else one of this process in the data directory. */
export function openAppDatabase({ databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>): Promise<Database> {
  return databaseUrl === null ? openPglite(dataDir ?? './data') : openPostgres(databaseUrl)
}
