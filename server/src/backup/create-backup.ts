import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { sql } from 'drizzle-orm'
import { storageKeyToHash } from '../files/storage/file-storage.ts'
import { executeRows, type Queries } from '../platform/database/database.ts'
import { readMigration } from '../platform/database/read-migration.ts'
import { exists } from '../platform/exists.ts'
import { version } from '../platform/version.ts'
import { entryNames, formatVersion, type Manifest, type SchemaEntry } from './archive-format.ts'
import { BackupError } from './backup-error.ts'
import { openSource, type DataPlace, type DataSource } from './data-source.ts'
import { countRows, dumpTable, fixTextFormats, readTables } from './dump-tables.ts'
import { noProgress, type OnProgress } from './progress.ts'
import { createArchive, type ArchiveWriter } from './write-archive.ts'

const gzipAsync = promisify(gzip)

export interface BackupDeps {
  /** With the place of the data, whether the secret is a setting: then it is no file, and not in the backup. */
  readonly place: DataPlace
  readonly hasSecretSetting: boolean
  readonly onProgress?: OnProgress
}

export interface Backup extends Omit<Manifest, 'entries'> {
  readonly path: string
  /** Files that an earlier run had written already. */
  readonly continued: number
}

/**
 * Writes everything that a server keeps into one file, which only its owner may read: the tables at one moment, all files that they name,
 * and the server's secret. The server may run. The name appears when the file is complete; a run that was cut off leaves
 * `<path>.partial`, and the next one continues it.
 * @throws BackupError, StartError
 */
export async function createBackup(deps: BackupDeps, path: string): Promise<Backup> {
  const { onProgress = noProgress } = deps
  if (await exists(path)) throw new BackupError(`${path} exists. Choose another name, or remove it first.`)
  await using source = await openSource(deps.place)
  await using archive = await createArchive(path, source.id)
  const files = createFileWriter(source, archive, onProgress)
  // Most files are written before the moment of the snapshot: after it, only those that came in the meantime.
  await files.writeAll(() => true)
  const written = await source.readAtOneMoment(async (queries) => {
    await fixTextFormats(queries)
    const wanted = await readHashes(queries)
    await files.writeAll((hash) => wanted.has(hash))
    return { ...(await writeTables(queries, archive, onProgress)), missing: files.findMissing(wanted) }
  })
  const hasSecret = !deps.hasSecretSetting && (await writeSecret(deps.place.dataDir, archive))
  const manifest: Manifest = {
    format: 'holdfast-backup',
    formatVersion,
    holdfast: version,
    createdAt: new Date().toISOString(),
    database: source.kind,
    ...written,
    ...files.count(),
    hasSecret,
    entries: [...archive.entries],
  }
  await archive.addBuffer(entryNames.manifest, Buffer.from(JSON.stringify(manifest)))
  onProgress({ what: 'Finishing', done: 0, total: 1 })
  await archive.finish()
  onProgress({ what: 'Finishing', done: 1, total: 1 })
  const { entries: _, ...facts } = manifest
  return { ...facts, path, continued: Math.max(0, archive.found.length - 1) }
}

function createFileWriter({ storage }: DataSource, archive: ArchiveWriter, onProgress: OnProgress) {
  const written = new Map<string, number>()
  for (const { name, bytes } of archive.entries) {
    if (name.startsWith(entryNames.files)) written.set(name.slice(entryNames.files.length), bytes)
  }
  const write = async (key: string) => {
    const bytes = await storage.size(key)
    // Removed since it was listed: before the moment of the snapshot, or it would have been kept.
    if (bytes === null) return
    // An empty stream of some storages ends before anybody listens.
    await archive.add(entryNames.files + key, bytes, bytes === 0 ? Readable.from([]) : await storage.open(key))
    written.set(key, bytes)
  }
  return {
    async writeAll(isWanted: (hash: string) => boolean) {
      const keys: string[] = []
      for await (const key of storage.list()) {
        const hash = storageKeyToHash(key)
        if (hash !== null && !written.has(key) && isWanted(hash)) keys.push(key)
      }
      for (const [index, key] of keys.entries()) {
        onProgress({ what: 'Files', done: index, total: keys.length })
        await write(key)
      }
      onProgress({ what: 'Files', done: keys.length, total: keys.length })
    },
    /** Hashes that the tables name, and whose bytes the storage did not have. */
    findMissing: (wanted: ReadonlySet<string>) => {
      const found = new Set(Array.from(written.keys(), storageKeyToHash))
      return [...wanted].filter((hash) => !found.has(hash))
    },
    count: () => ({ files: written.size, fileBytes: [...written.values()].reduce((sum, bytes) => sum + bytes, 0) }),
  }
}

/** The hashes of all files that a database names. */
export async function readHashes(queries: Queries): Promise<Set<string>> {
  const [table] = await executeRows<{ name: string | null }>(queries, sql`select to_regclass('public.files')::text as name`)
  // A database from before there were files.
  if (!table?.name) return new Set()
  const rows = await executeRows<{ hash: string }>(
    queries,
    sql`select distinct sha256 as hash from files where sha256 is not null`,
  )
  return new Set(rows.map(({ hash }) => hash))
}

async function writeTables(
  queries: Queries,
  archive: ArchiveWriter,
  onProgress: OnProgress,
): Promise<Pick<Manifest, 'migration' | 'rows'>> {
  const migration = await readMigration(queries)
  const tables = await readTables(queries)
  const schema: SchemaEntry = { migration, tables: tables.map(({ name, columns }) => ({ name, columns: [...columns] })) }
  await archive.addBuffer(entryNames.schema, Buffer.from(JSON.stringify(schema)))
  const rows: Record<string, number> = {}
  for (const table of tables) {
    const total = await countRows(queries, table.name)
    let done = 0
    let part = 0
    for await (const { lines } of dumpTable(queries, table)) {
      onProgress({ what: `Table ${table.name}`, done, total })
      part += 1
      const name = `${entryNames.tables}${table.name}/${String(part).padStart(6, '0')}.ndjson.gz`
      await archive.addBuffer(name, await gzipAsync(lines.join('\n')))
      done += lines.length
    }
    onProgress({ what: `Table ${table.name}`, done, total })
    rows[table.name] = done
  }
  return { migration, rows }
}

async function writeSecret(dataDir: string, archive: ArchiveWriter): Promise<boolean> {
  const path = join(dataDir, 'auth-secret')
  if (!(await exists(path))) return false
  await archive.addBuffer(entryNames.secret, await readFile(path))
  return true
}
