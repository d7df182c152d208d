import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { openStorage } from '../files/storage/open-storage.ts'
import { storageKeyToHash } from '../files/storage/file-storage.ts'
import { prepareDataDirectory } from '../platform/data-directory.ts'
import { readMigration } from '../platform/database/read-migration.ts'
import { exists } from '../platform/exists.ts'
import { BackupError } from './backup-error.ts'
import { createContentWriter } from './copy-content.ts'
import { readHashes } from './create-backup.ts'
import { openSource, type DataPlace, type DataSource } from './data-source.ts'
import { openTarget, refuseNodes, type TargetPlace } from './data-target.ts'
import { countRows, dumpTable, fixTextFormats, readTables } from './dump-tables.ts'
import { noProgress, type OnProgress } from './progress.ts'
import type { Queries } from '../platform/database/database.ts'
import type { TableLoader } from './load-tables.ts'

export interface MoveDeps {
  readonly place: DataPlace
  readonly hasSecretSetting: boolean
  readonly onProgress?: OnProgress
}

export interface Moved {
  readonly rows: Readonly<Record<string, number>>
  /** Files that were copied, because the new place is another directory. */
  readonly files: number
}

/**
 * Copies everything of a stopped server to another database: PGlite to Postgres, or the other way. The old one is only read, and stays
 * whole; the new one is there when its last row is, in one step. Begun again after it was cut off, it leaves out the files that are there.
 * @param to an empty database; with a directory, files and secret go there, too
 * @throws BackupError, StartError
 */
export async function moveData(deps: MoveDeps, to: TargetPlace, check?: (queries: Queries) => Promise<void>): Promise<Moved> {
  const { place, onProgress = noProgress } = deps
  const isSameDirectory = resolve(place.dataDir) === resolve(to.dataDir)
  if (place.databaseUrl === null && to.databaseUrl === null && isSameDirectory) {
    throw new BackupError('The new place is the old one.')
  }
  await using source = await openSource(place)
  if (source.isServed) throw new BackupError('A server is using the data. Stop it first: what it writes now would not move.')
  await prepareDataDirectory(to.dataDir)
  await using target = await openTarget(to, { replace: false, onProgress })
  return await source.readAtOneMoment(async (queries) => {
    if (source.kind === 'postgres') await refuseNodes(queries)
    await fixTextFormats(queries)
    const files = isSameDirectory ? 0 : await moveFiles(deps, source, to, await readHashes(queries))
    if (!isSameDirectory && !deps.hasSecretSetting && (await exists(join(place.dataDir, 'auth-secret')))) {
      await target.takeSecret(await readFile(join(place.dataDir, 'auth-secret')))
    }
    const tables = await readTables(queries)
    const schema = {
      migration: await readMigration(queries),
      tables: tables.map(({ name, columns }) => ({ name, columns: [...columns] })),
    }
    const rows: Record<string, number> = {}
    await target.write(
      schema,
      (loader) => copyRows(queries, loader, tables, rows, onProgress),
      async (written) => {
        for (const [table, n] of Object.entries(rows)) {
          if ((await countRows(written, table)) !== n)
            throw new BackupError(`The table ${table} did not arrive whole. Nothing was moved.`)
        }
        await check?.(written)
      },
    )
    return { rows, files }
  })
}

async function copyRows(
  queries: Queries,
  loader: TableLoader,
  tables: Awaited<ReturnType<typeof readTables>>,
  rows: Record<string, number>,
  onProgress: OnProgress,
): Promise<void> {
  for (const table of tables) {
    const total = await countRows(queries, table.name)
    let done = 0
    for await (const batch of dumpTable(queries, table)) {
      onProgress({ what: `Table ${table.name}`, done, total })
      await loader.load(batch)
      done += batch.lines.length
    }
    onProgress({ what: `Table ${table.name}`, done, total })
    rows[table.name] = done
  }
}

/** Copies the files into the directory of the new place, unless a setting says where files are. */
async function moveFiles(
  { place, onProgress = noProgress }: MoveDeps,
  { storage }: DataSource,
  to: TargetPlace,
  hashes: ReadonlySet<string>,
): Promise<number> {
  if (place.storage.kind === 's3' || place.storage.directory !== null) return 0
  using copies = await openStorage(place.storage, to.dataDir)
  await using writer = await createContentWriter(copies)
  const keys: string[] = []
  for await (const key of storage.list()) {
    const hash = storageKeyToHash(key)
    if (hash !== null && hashes.has(hash)) keys.push(key)
  }
  for (const [index, key] of keys.entries()) {
    onProgress({ what: 'Files', done: index, total: keys.length })
    await writer.put(key, (await storage.size(key)) ?? 0, () => storage.open(key))
  }
  onProgress({ what: 'Files', done: keys.length, total: keys.length })
  return keys.length
}
