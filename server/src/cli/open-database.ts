import type { DataPlace } from '../backup/data-source.ts'
import type { Database } from '../platform/database/database.ts'
import { openPglite } from '../platform/database/open-pglite.ts'
import { openPostgres } from '../platform/database/open-postgres.ts'

/** The database of a server, to be changed. An embedded one is stopped. @throws StartError */
export async function openDatabase({ databaseUrl, dataDir }: DataPlace): Promise<Database & AsyncDisposable> {
  const database = await (databaseUrl === null ? openPglite(dataDir) : openPostgres(databaseUrl))
  return { ...database, [Symbol.asyncDispose]: () => database.close() }
}
