import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { migratePglite, schema } from '@holdfast/drizzle'
import { drizzle } from 'drizzle-orm/pglite'
import type { Db } from 'pg-boss'
import type { Database } from './database.ts'
import { lockDirectory } from './directory-lock.ts'
import { StartError, toDataDirectoryError } from '../start-error.ts'
import { withFairTurns } from './fair-turns.ts'

/**
 * Opens and migrates the embedded database. Survives `kill -9`; not power loss, because PGlite runs without fsync.
 * @throws StartError when the directory cannot be used or is damaged; DirectoryLockedError after 3 s
 */
export async function openPglite(dataDir: string): Promise<Database> {
  const lock = await lockDirectory(dataDir)
  try {
    const pglite = await open(dataDir)
    await migratePglite(pglite)
    return pgliteToDatabase(pglite, async () => lock[Symbol.asyncDispose]())
  } catch (error) {
    await lock[Symbol.asyncDispose]()
    throw error
  }
}

async function open(dataDir: string): Promise<PGlite> {
  try {
    return await PGlite.create({ dataDir: join(dataDir, 'pglite') })
  } catch (error) {
    const known = toDataDirectoryError(error, dataDir)
    if (known !== error) throw known
    // PGlite's own error contains 300 kB of its code.
    const message = `DATA_DIR: the database in ${dataDir} cannot be opened. It is damaged, or its disk is full. Make room, or put back a copy of the directory; copy what is there first.`
    throw new StartError(message, { cause: error })
  }
}

/** A migrated PGlite as a database; `afterClose` runs when it is closed. */
export function pgliteToDatabase(opened: PGlite, afterClose: () => Promise<void>): Database {
  const { pglite, transactions } = withFairTurns(opened)
  return {
    kind: 'pglite',
    queries: drizzle(pglite, { schema, casing: 'snake_case' }),
    boss: (onJob) => pgliteToBoss(pglite, onJob),
    wakeDispatchers: async (channel, queue) => {
      await pglite.query('select pg_notify($1, $2)', [channel, queue])
    },
    load: async () => ({ active: Math.min(1, transactions()), waiting: Math.max(0, transactions() - 1) }),
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
function pgliteToBoss(pglite: PGlite, onJob: (queue: string) => void): Db {
  return {
    executeSql: async (text: string, values?: unknown[]) => {
      if (values?.length) return pglite.query(text, values)
      const block = transactionBlock.exec(text)?.[1]
      const results = block === undefined ? await pglite.exec(text) : await pglite.transaction((tx) => tx.exec(block))
      return { rows: results.flatMap((result) => result.rows) }
    },
    listen: async (channel, onNotification, onReconnect) => {
      const unlisten = await pglite.listen(channel, (payload) => {
        onNotification(payload)
        onJob(payload)
      })
      onReconnect()
      return { close: () => unlisten() }
    },
  }
}
