import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { openStorage } from '../files/storage/open-storage.ts'
import { storageKeyToHash } from '../files/storage/file-storage.ts'
import { prepareDataDirectory } from '../platform/data-directory.ts'
import type { Queries } from '../platform/database/database.ts'
import { exists } from '../platform/exists.ts'
import { entryNames, schemaEntrySchema, type Manifest, type SchemaEntry } from './archive-format.ts'
import { BackupError } from './backup-error.ts'
import { createContentWriter } from './copy-content.ts'
import type { DataPlace } from './data-source.ts'
import { openTarget, placeSecret } from './data-target.ts'
import { countRows } from './dump-tables.ts'
import type { TableLoader } from './load-tables.ts'
import { noProgress, type OnProgress } from './progress.ts'
import { parseJson, readArchive, type EntryToRead } from './read-archive.ts'

const gunzipAsync = promisify(gunzip)

export interface RestoreDeps {
  readonly place: DataPlace
  /** The secret is a setting: the one in the backup is not used. */
  readonly hasSecretSetting: boolean
  readonly onProgress?: OnProgress
}

export interface RestoreOptions {
  readonly replace: boolean
  /** Looks at the restored rows before they count. What it throws undoes the restore. */
  readonly check?: (queries: Queries) => Promise<void>
}

export interface Restored extends Omit<Manifest, 'entries'> {
  /** Where the secret of the server comes from now. */
  readonly secret: 'restored' | 'kept' | 'setting' | 'none'
}

/**
 * Puts a backup into an empty database, or in the place of another one. The whole file is read and checked before anything is written;
 * files come next, which are never in anybody's way; the rows are one step. A restore that was cut off is begun again, and leaves out the
 * files that are there.
 * @throws BackupError, StartError
 */
export async function restoreBackup(deps: RestoreDeps, path: string, options: RestoreOptions): Promise<Restored> {
  const { place, onProgress = noProgress } = deps
  const { schema, secret, manifest } = await checkArchive(path, onProgress)
  await prepareDataDirectory(place.dataDir)
  await using target = await openTarget(place, { replace: options.replace, onProgress })
  const secretState = await chooseSecret(deps, secret)
  await restoreFiles(deps, path, manifest)
  if (secretState === 'restored' && secret) {
    if (place.databaseUrl === null) await target.takeSecret(secret)
    else if (!(await exists(join(place.dataDir, 'auth-secret')))) await placeSecret(place.dataDir, secret)
  }
  await target.write(
    schema,
    (loader) => loadRows(path, loader, manifest, onProgress),
    async (queries) => {
      await checkCounts(queries, manifest)
      await options.check?.(queries)
    },
  )
  const { entries: _, ...facts } = manifest
  return { ...facts, secret: secretState }
}

/** Reads a backup to its end. @throws BackupError when it is not whole, or was changed */
async function checkArchive(
  path: string,
  onProgress: OnProgress,
): Promise<{ schema: SchemaEntry; secret: Buffer | null; manifest: Manifest }> {
  let schema: unknown = null
  let secret: Buffer | null = null
  let done = 0
  const manifest = await readArchive(path, async ({ name, content }) => {
    onProgress({ what: 'Checking the backup', done, total: null })
    done += 1
    if (name === entryNames.schema) schema = parseJson(await buffer(content))
    else if (name === entryNames.secret) secret = await buffer(content)
    else await skip(content)
  })
  const parsed = schemaEntrySchema.safeParse(schema)
  if (!parsed.success) throw new BackupError(`${path} is damaged: it does not say which tables it has.`)
  return { schema: parsed.data, secret, manifest }
}

async function skip(content: EntryToRead['content']): Promise<void> {
  for await (const _ of content);
}

/** On Postgres the secret is a file that rows of an earlier database may need: one that differs is not overwritten. */
async function chooseSecret({ place, hasSecretSetting }: RestoreDeps, secret: Buffer | null): Promise<Restored['secret']> {
  if (hasSecretSetting) return 'setting'
  if (!secret) return 'none'
  const path = join(place.dataDir, 'auth-secret')
  if (place.databaseUrl === null || !(await exists(path))) return 'restored'
  if ((await readFile(path)).equals(secret)) return 'kept'
  throw new BackupError(
    `${path} is another secret than the one in the backup. Move it away, or choose another DATA_DIR: the restored sessions and keys need the backup's.`,
  )
}

async function restoreFiles({ place, onProgress = noProgress }: RestoreDeps, path: string, manifest: Manifest): Promise<void> {
  if (manifest.files === 0) return
  using storage = await openStorage(place.storage, place.dataDir)
  await using writer = await createContentWriter(storage)
  let done = 0
  await readArchive(path, async ({ name, bytes, content }) => {
    if (name.startsWith(entryNames.files)) {
      const key = name.slice(entryNames.files.length)
      if (storageKeyToHash(key) === null) throw new BackupError(`${path} is damaged: ${name} is no name of a file.`)
      onProgress({ what: 'Files', done, total: manifest.files })
      done += 1
      if (await writer.put(key, bytes, async () => content)) return
    }
    await skip(content)
  })
  onProgress({ what: 'Files', done, total: manifest.files })
}

async function loadRows(path: string, loader: TableLoader, manifest: Manifest, onProgress: OnProgress): Promise<void> {
  const total = Object.values(manifest.rows).reduce((sum, rows) => sum + rows, 0)
  let done = 0
  await readArchive(path, async ({ name, content }) => {
    const table = /^database\/([^/]+)\/\d+\.ndjson\.gz$/u.exec(name)?.[1]
    if (table === undefined) {
      await skip(content)
      return
    }
    onProgress({ what: 'Rows', done, total })
    const lines = (await gunzipAsync(await buffer(content))).toString().split('\n')
    await loader.load({ table, lines })
    done += lines.length
  })
  onProgress({ what: 'Rows', done, total })
}

async function checkCounts(queries: Queries, manifest: Manifest): Promise<void> {
  for (const [table, rows] of Object.entries(manifest.rows)) {
    const found = await countRows(queries, table)
    if (found !== rows)
      throw new BackupError(`The table ${table} should have ${rows} rows, and has ${found}: the backup is damaged.`)
  }
}
