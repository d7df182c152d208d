import { applyMigrations, holdMigrations, migrationNumbers } from '@holdfast/drizzle'
import { sql } from 'drizzle-orm'
import { join } from 'node:path'
import { tableNames } from '../platform/database/check-schema.ts'
import { executeRows, type Queries, type Transaction } from '../platform/database/database.ts'
import { lockDirectory } from '../platform/database/directory-lock.ts'
import { finishSwap, prepareIncoming, swapIncoming } from '../platform/database/directory-swap.ts'
import { openPgliteCopy } from '../platform/database/open-pglite.ts'
import { applicationName, connectForOneClient, toConnectError } from '../platform/database/open-postgres.ts'
import { isNewer, newestMigration } from '../platform/database/read-migration.ts'
import { nameSnapshot } from '../platform/database/snapshots.ts'
import { exists } from '../platform/exists.ts'
import { syncFile } from '../platform/sync-files.ts'
import { writeFile } from 'node:fs/promises'
import type { SchemaEntry } from './archive-format.ts'
import { BackupError } from './backup-error.ts'
import { countRows, fixTextFormats, toTable } from './dump-tables.ts'
import { createLoader, type TableLoader } from './load-tables.ts'
import { noProgress, type OnProgress } from './progress.ts'

/** A database that is written as a whole. */
export interface DataTarget extends AsyncDisposable {
  /**
   * Makes the database from nothing, or in the place of another one: until this has resolved the old one is there, whatever happens, and
   * then the new one. Rows are loaded into the tables of `schema`, which are brought to the newest migration afterwards.
   * @param check looks at the result before it counts; what it throws undoes everything
   */
  readonly write: (
    schema: SchemaEntry,
    load: (loader: TableLoader) => Promise<void>,
    check: (queries: Queries) => Promise<void>,
  ) => Promise<void>
  /** Brings the secret along. On Postgres, where it is a file beside the database, it is there before the rows that need it. */
  readonly takeSecret: (secret: Buffer) => Promise<void>
}

export interface TargetPlace {
  readonly databaseUrl: string | null
  readonly dataDir: string
}

export interface TargetOptions {
  /** A database with users in it is replaced; of an embedded one a copy is kept in `snapshots`. */
  readonly replace: boolean
  readonly onProgress?: OnProgress
}

/** Opens the place of a new database. @throws BackupError when there is a database with users in it, or a server runs on it */
export async function openTarget(place: TargetPlace, options: TargetOptions): Promise<DataTarget> {
  return place.databaseUrl === null ? openPgliteTarget(place.dataDir, options) : openPostgresTarget(place.databaseUrl, options)
}

const notEmpty = (where: string) =>
  new BackupError(
    `${where} has a database with users in it. Choose an empty place, or say --replace to put the new one in its place.`,
  )

async function openPgliteTarget(dataDir: string, { replace, onProgress = noProgress }: TargetOptions): Promise<DataTarget> {
  const lock = await lockDirectory(dataDir)
  try {
    await finishSwap(dataDir)
    const isEmpty = await isEmptyDirectory(dataDir)
    if (!isEmpty && !replace) throw notEmpty(dataDir)
    const incoming = await prepareIncoming(dataDir)
    const step = () => onProgress({ what: 'Putting it in place', done: 0, total: null })
    return {
      async write(schema, load, check) {
        const database = await openPgliteCopy(incoming.pglite)
        try {
          await database.queries.transaction(async (tx) => fill(tx, schema, load, check))
        } finally {
          await database.close()
        }
        step()
        await swapIncoming(dataDir, isEmpty ? null : nameSnapshot('before-restore', new Date()), step)
      },
      async takeSecret(secret) {
        await writeFile(incoming.secret, secret, { mode: 0o600 })
      },
      async [Symbol.asyncDispose]() {
        await finishSwap(dataDir)
        await lock[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await lock[Symbol.asyncDispose]()
    throw error
  }
}

async function isEmptyDirectory(dataDir: string): Promise<boolean> {
  const path = join(dataDir, 'pglite')
  if (!(await exists(path))) return true
  const database = await openPgliteCopy(path)
  try {
    return await isEmptyDatabase(database.queries)
  } finally {
    await database.close()
  }
}

async function isEmptyDatabase(queries: Queries): Promise<boolean> {
  const [table] = await executeRows<{ name: string | null }>(queries, sql`select to_regclass('public.users')::text as name`)
  return !table?.name || (await countRows(queries, 'users')) === 0
}

async function openPostgresTarget(url: string, { replace, onProgress = noProgress }: TargetOptions): Promise<DataTarget> {
  const client = connectForOneClient(url)
  try {
    if (!replace && !(await isEmptyDatabase(client.queries))) throw notEmpty('DATABASE_URL')
  } catch (error) {
    await client.close()
    throw toConnectError(error)
  }
  return {
    write: (schema, load, check) =>
      client.queries.transaction(async (tx) => {
        await tx.execute(sql`set local idle_in_transaction_session_timeout = 0`)
        await tx.execute(sql`set local statement_timeout = 0`)
        await holdMigrations(tx)
        await refuseNodes(tx)
        // Once more: since the first look somebody may have begun to use it.
        if (!replace && !(await isEmptyDatabase(tx))) throw notEmpty('DATABASE_URL')
        for (const name of ['pgboss', 'drizzle']) await tx.execute(sql`drop schema if exists ${sql.identifier(name)} cascade`)
        await dropTables(tx)
        await fill(tx, schema, load, check)
        onProgress({ what: 'Putting it in place', done: 0, total: null })
      }),
    takeSecret: async () => {},
    [Symbol.asyncDispose]: () => client.close(),
  }
}

/** Our tables and the functions of their triggers. What else is in the schema belongs to somebody else. */
async function dropTables(tx: Transaction): Promise<void> {
  const functions: string[] = []
  for (const name of tableNames) {
    const rows = await executeRows<{ name: string }>(
      tx,
      sql`select distinct tgfoid::regprocedure::text as name from pg_trigger
        where not tgisinternal and tgrelid = to_regclass(${`public.${name}`})`,
    )
    functions.push(...rows.map((row) => row.name))
    await tx.execute(sql`drop table if exists ${toTable(name)} cascade`)
  }
  for (const name of new Set(functions)) await tx.execute(sql`drop function if exists ${sql.raw(name)} cascade`)
}

/** @throws BackupError while nodes of Holdfast use the database */
export async function refuseNodes(queries: Queries): Promise<void> {
  const [row] = await executeRows<{ n: string }>(
    queries,
    sql`select count(*)::text as n from pg_stat_activity
      where datname = current_database() and application_name = ${applicationName} and pid <> pg_backend_pid()`,
  )
  if (Number(row?.n ?? 0) > 0) throw new BackupError('DATABASE_URL: a server is using this database. Stop all nodes first.')
}

async function fill(
  tx: Transaction,
  schema: SchemaEntry,
  load: (loader: TableLoader) => Promise<void>,
  check: (queries: Queries) => Promise<void>,
): Promise<void> {
  if (schema.migration > newestMigration) throw new BackupError(isNewer('The data'))
  if (!migrationNumbers.includes(schema.migration)) {
    throw new BackupError('The data comes from a version of Holdfast that this one does not know.')
  }
  await fixTextFormats(tx)
  await applyMigrations(tx, 0, schema.migration)
  const loader = await createLoader(tx, schema.tables)
  await load(loader)
  await loader.finish()
  await applyMigrations(tx, schema.migration, newestMigration)
  await check(tx)
}

/** Keeps the secret of a server on Postgres as a file of its data directory. @throws BackupError when there is another one */
export async function placeSecret(dataDir: string, secret: Buffer): Promise<void> {
  const path = join(dataDir, 'auth-secret')
  await writeFile(path, secret, { mode: 0o600, flag: 'wx' })
  await syncFile(path)
}
