import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { migratePglite, schema } from '@holdfast/drizzle'
import { drizzle } from 'drizzle-orm/pglite'
import type { Db } from 'pg-boss'
import { isDiskFull } from '../disk-full.ts'
import { errorToCodes } from '../error-codes.ts'
import { StartError, toDataDirectoryError, toNoRoomError } from '../start-error.ts'
import { copyDirectory } from '../sync-files.ts'
import { findBrokenTables } from './check-schema.ts'
import type { Database } from './database.ts'
import { lockDirectory } from './directory-lock.ts'
import { finishSwap, prepareIncoming, swapIncoming } from './directory-swap.ts'
import { withFairTurns } from './fair-turns.ts'
import { hasRoom } from './has-room.ts'
import { isNewer, newestMigration, readMigration } from './read-migration.ts'
import { collectSnapshots, copyOpenDatabase, nameSnapshot, takeSnapshot } from './snapshots.ts'

/**
 * Opens and migrates the embedded database. Survives `kill -9`; not power loss, because PGlite runs without fsync. Before a migration a
 * copy is kept in `snapshots`, and a migration that fails leaves the database as it was.
 * @param migrate for tests: how the schema is brought to the newest
 * @throws StartError when the directory cannot be used or is damaged; DirectoryLockedError after 3 s
 */
export async function openPglite(dataDir: string, migrate: typeof migratePglite = migratePglite): Promise<Database> {
  const lock = await lockDirectory(dataDir)
  try {
    await finishSwap(dataDir)
    await collectSnapshots(dataDir)
    const pglite = await upgrade(await openFiles(dataDir), dataDir, migrate)
    return pgliteToDatabase(pglite, async () => lock[Symbol.asyncDispose](), join(dataDir, 'pglite'))
  } catch (error) {
    await lock[Symbol.asyncDispose]()
    throw isDiskFull(error) && !(error instanceof StartError) ? toNoRoomError(error, dataDir) : error
  }
}

/** A quarter of PGlite's own: the system keeps the files in memory anyway, and these pages are resident for as long as the server runs. */
const startParams = [...PGlite.defaultStartParams, '-c', 'shared_buffers=32MB']

/** Opens the database at a path as it is, without a lock and without a migration: for a copy that nobody else knows. */
export async function openPgliteCopy(path: string): Promise<Database> {
  return pgliteToDatabase(await PGlite.create({ dataDir: path, startParams }), async () => {}, path)
}

async function upgrade(opened: PGlite, dataDir: string, migrate: typeof migratePglite): Promise<PGlite> {
  const queries = drizzle(opened, { schema, casing: 'snake_case' })
  let snapshot: string | null = null
  try {
    const migration = await readMigration(queries)
    if (migration > newestMigration) throw new StartError(isNewer('DATA_DIR'))
    if (migration !== 0 && migration < newestMigration) {
      snapshot = await takeSnapshot(queries, dataDir, nameSnapshot('before-upgrade', new Date()))
    }
    await migrate(opened)
    if (snapshot === null) return opened
    const [broken] = await findBrokenTables(queries)
    if (broken !== undefined) throw new Error(`the table ${broken} is not as this version expects it`)
    return opened
  } catch (error) {
    // What is damaged or has no room may not be closed in order either; the error that matters is the first.
    await opened.close().catch(() => undefined)
    if (snapshot === null) throw isDamage(error) ? await toOpenError(error, dataDir) : error
    await copyDirectory(snapshot, (await prepareIncoming(dataDir)).pglite)
    await swapIncoming(dataDir, null)
    const message = `DATA_DIR: the database could not be brought to the schema of this version, and is as it was before. Start the version that ran before; a copy is in ${snapshot}.`
    throw new StartError(message, { cause: error })
  }
}

async function openFiles(dataDir: string): Promise<PGlite> {
  const path = join(dataDir, 'pglite')
  const unfinished = join(dataDir, 'pglite.unfinished')
  try {
    // A directory that was never made to its end holds nothing: its disk was full, or its process was killed.
    if (existsSync(unfinished)) await rm(path, { recursive: true, force: true })
    else if (!existsSync(path)) await writeFile(unfinished, '')
    const pglite = await PGlite.create({ dataDir: path, startParams })
    await rm(unfinished, { force: true })
    return pglite
  } catch (error) {
    throw await toOpenError(error, dataDir)
  }
}

/** What Postgres says about files that are gone, cannot be read, or hold something else than they should; its aborts say nothing. */
const damageCodes = new Set(['XX000', 'XX001', 'XX002', '58030', '58P01'])

function isDamage(error: unknown): boolean {
  if (error instanceof StartError) return false
  const codes = errorToCodes(error)
  return codes.length === 0 || codes.some((code) => damageCodes.has(code))
}

/** PGlite's own error contains 300 kB of its code, and does not tell a full disk from a damaged file. */
async function toOpenError(error: unknown, dataDir: string): Promise<unknown> {
  const known = toDataDirectoryError(error, dataDir)
  if (known !== error) return known
  if (!(await hasRoom(dataDir))) return toNoRoomError(error, dataDir)
  const message = `DATA_DIR: the database in ${dataDir} is damaged and cannot be opened. Copy the directory, move it away, and put back a backup with "holdfast restore <file>".`
  return new StartError(message, { cause: error })
}

/** A migrated PGlite as a database; `afterClose` runs when it is closed. `path`: where its files are, if they are on a disk. */
export function pgliteToDatabase(opened: PGlite, afterClose: () => Promise<void>, path: string | null = null): Database {
  const { pglite, transactions } = withFairTurns(opened)
  const queries = drizzle(pglite, { schema, casing: 'snake_case' })
  return {
    kind: 'pglite',
    queries,
    boss: () => pgliteToBoss(pglite),
    load: async () => ({ active: Math.min(1, transactions()), waiting: Math.max(0, transactions() - 1) }),
    copyFiles: path === null ? null : (target) => copyOpenDatabase(queries, path, target),
    close: async () => {
      await pglite.close()
      await afterClose()
    },
  }
}

const transactionBlock = /^\s*BEGIN;([\s\S]*?);?\s*COMMIT;?\s*$/iu

/**
 * pg-boss sends whole `BEGIN … COMMIT` blocks. Run as text, one that fails leaves the only connection inside an aborted transaction
 * and poisons everybody else's queries; inside `transaction()` it cannot.
 */
function pgliteToBoss(pglite: PGlite): Db {
  return {
    executeSql: async (text: string, values?: unknown[]) => {
      if (values?.length) return pglite.query(text, values)
      const block = transactionBlock.exec(text)?.[1]
      const results = block === undefined ? await pglite.exec(text) : await pglite.transaction((tx) => tx.exec(block))
      return { rows: results.flatMap((result) => result.rows) }
    },
  }
}
