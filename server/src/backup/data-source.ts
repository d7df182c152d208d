import { createHash, randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { holdContent } from '../files/storage/content-hold.ts'
import type { FileStorage } from '../files/storage/file-storage.ts'
import { openStorage } from '../files/storage/open-storage.ts'
import type { StorageSettings } from '../files/storage/storage-settings.ts'
import { callServer } from '../platform/control/control-client.ts'
import type { Queries } from '../platform/database/database.ts'
import { DirectoryLockedError, lockDirectory } from '../platform/database/directory-lock.ts'
import { finishSwap } from '../platform/database/directory-swap.ts'
import { openPgliteCopy } from '../platform/database/open-pglite.ts'
import { connectForOneClient, toConnectError } from '../platform/database/open-postgres.ts'
import { isNewer, newestMigration, readMigration } from '../platform/database/read-migration.ts'
import { exists } from '../platform/exists.ts'
import { BackupError } from './backup-error.ts'

/** The settings that say where the data of a server is. */
export interface DataPlace {
  /** Null: PGlite under `dataDir`. */
  readonly databaseUrl: string | null
  readonly dataDir: string
  readonly storage: StorageSettings
}

/** The data of a server, to be read. While it is open, no bytes of files are removed. */
export interface DataSource extends AsyncDisposable {
  readonly kind: 'pglite' | 'postgres'
  /** A hash of where the data is. */
  readonly id: string
  readonly storage: FileStorage
  /** A server runs on the embedded database. Of Postgres this is not known. */
  readonly isServed: boolean
  /** Reads that all see the database at the moment of the call. They run one after the other, in one transaction. */
  readonly readAtOneMoment: <Result>(read: (queries: Queries) => Promise<Result>) => Promise<Result>
}

/**
 * Opens the data of a server, which may run: its embedded database is read from a copy that it makes in a moment, Postgres in a
 * transaction. Nothing is migrated.
 * @throws BackupError when there is no database; StartError when it cannot be reached
 */
export async function openSource(place: DataPlace): Promise<DataSource> {
  await using stack = new AsyncDisposableStack()
  const { kind, isServed, readAtOneMoment } = await (place.databaseUrl === null
    ? openPgliteSource(place.dataDir, stack)
    : openPostgresSource(place.databaseUrl, stack))
  const storage = stack.use(await openStorage(place.storage, place.dataDir))
  const opened = stack.move()
  return {
    kind,
    id: createHash('sha256')
      .update(JSON.stringify(withoutPassword(place)))
      .digest('hex'),
    storage,
    isServed,
    readAtOneMoment: async (read) =>
      readAtOneMoment(async (queries) => {
        if ((await readMigration(queries)) > newestMigration) {
          throw new BackupError(isNewer(kind === 'pglite' ? 'DATA_DIR' : 'DATABASE_URL'))
        }
        return read(queries)
      }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

type Reader = Pick<DataSource, 'kind' | 'isServed' | 'readAtOneMoment'>

async function openPgliteSource(dataDir: string, stack: AsyncDisposableStack): Promise<Reader> {
  // Asked first: a server would keep the lock for as long as we would wait for it.
  const hold = await callServer(dataDir, 'hold')
  if (hold) {
    stack.use(hold)
    await hold.values.next()
    return { kind: 'pglite', isServed: true, readAtOneMoment: (read) => readServersCopy(dataDir, read) }
  }
  if (!(await exists(dataDir))) throw new BackupError(`DATA_DIR: there is no directory ${dataDir}.`)
  stack.use(await lockStopped(dataDir))
  await finishSwap(dataDir)
  if (!(await exists(join(dataDir, 'pglite')))) throw new BackupError(`DATA_DIR: there is no database in ${dataDir}.`)
  return { kind: 'pglite', isServed: false, readAtOneMoment: (read) => readCopy(join(dataDir, 'pglite'), read) }
}

async function lockStopped(dataDir: string): Promise<AsyncDisposable> {
  try {
    return await lockDirectory(dataDir)
  } catch (error) {
    if (!(error instanceof DirectoryLockedError)) throw error
    throw new BackupError(
      `${error.message} It does not answer here: another command may be at work, or it runs on another machine.`,
    )
  }
}

const copySchema = z.object({ path: z.string() })

async function readServersCopy<Result>(dataDir: string, read: (queries: Queries) => Promise<Result>): Promise<Result> {
  // The server removes the copy when this ends, also by a crash.
  using copy = await callServer(dataDir, 'copy')
  if (!copy) throw new BackupError('The server stopped in the meantime. Try again.')
  const { path } = copySchema.parse((await copy.values.next()).value)
  return await readCopy(path, read)
}

async function readCopy<Result>(path: string, read: (queries: Queries) => Promise<Result>): Promise<Result> {
  const database = await openPgliteCopy(path)
  try {
    return await database.queries.transaction(read)
  } finally {
    await database.close()
  }
}

async function openPostgresSource(url: string, stack: AsyncDisposableStack): Promise<Reader> {
  const holder = connectForOneClient(url)
  stack.defer(() => holder.close())
  const held = Promise.withResolvers<boolean>()
  const released = Promise.withResolvers<void>()
  const holding = holder.queries.transaction(async (tx) => {
    await tx.execute(sql`set local idle_in_transaction_session_timeout = 0`)
    held.resolve(await holdContent(tx))
    await released.promise
  })
  holding.catch((error: unknown) => held.reject(toConnectError(error)))
  stack.defer(async () => {
    released.resolve()
    await holding.catch(() => {})
  })
  if (!(await held.promise)) throw new BackupError('Another backup of this database is being made. Wait for its end.')
  const reader = connectForOneClient(url)
  stack.defer(() => reader.close())
  return {
    kind: 'postgres',
    isServed: false,
    readAtOneMoment: (read) => reader.queries.transaction(read, { isolationLevel: 'repeatable read', accessMode: 'read only' }),
  }
}

/** The address without what may change, and without what must not be seen. */
function withoutPassword({ databaseUrl, dataDir, storage }: DataPlace): unknown {
  if (databaseUrl === null) return { dataDir: resolve(dataDir), storage }
  const { hostname, port, pathname } = new URL(databaseUrl)
  return { hostname, port, pathname, storage, dataDir: storage.kind === 'disk' ? resolve(dataDir) : null }
}

/** Makes a copy of an open embedded database for another program, at a path that nobody else uses. */
export async function makeServersCopy(
  dataDir: string,
  copyFiles: (target: string) => Promise<void>,
): Promise<AsyncDisposable & { path: string }> {
  const directory = join(dataDir, 'copies')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, randomUUID())
  const remove = () => rm(path, { recursive: true, force: true })
  try {
    await copyFiles(path)
  } catch (error) {
    await remove()
    throw error
  }
  return { path, [Symbol.asyncDispose]: remove }
}
