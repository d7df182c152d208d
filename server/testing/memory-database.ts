import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { PGlite } from '@electric-sql/pglite'
import { migratePglite, migrationsFolder } from '@holdfast/drizzle'
import { extract } from 'tar-stream'
import type { Database } from '../src/platform/database/database.ts'
import { pgliteToDatabase } from '../src/platform/database/open-pglite.ts'
import { createQueues } from './create-queues.ts'
import { LoadedFilesystem, type DataDirectoryFiles } from './loaded-filesystem.ts'

/** A fresh migrated database in memory. The first one on a machine takes 2 s; later ones load a copy of it. */
export async function createMemoryDatabase(): Promise<Database> {
  return pgliteToDatabase(await createMemoryPglite(), async () => {})
}

export async function createMemoryPglite(): Promise<PGlite> {
  const template = join(tmpdir(), `holdfast-memory-${nameOfSchema()}.tar`)
  if (existsSync(template))
    return PGlite.create({ fs: new LoadedFilesystem(await readTemplate(template)), startParams: withSmallBuffers })
  const pglite = await PGlite.create({ startParams: withSmallBuffers })
  await migratePglite(pglite)
  await createQueues(pgliteToDatabase(pglite, async () => {}))
  const dump = Buffer.from(await (await pglite.dumpDataDir('none')).arrayBuffer())
  mkdirSync(tmpdir(), { recursive: true })
  // Renamed whole: a test file that runs beside this one never sees half of it.
  const draft = `${template}.${randomUUID()}`
  writeFileSync(draft, dump)
  renameSync(draft, template)
  return pglite
}

/** Zeroing the default of 128 MB is a sixth of what a start costs. */
const withSmallBuffers = [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB']

let read: { readonly template: string; readonly content: Promise<DataDirectoryFiles> } | null = null

/** It has 40 MB, which a process reads once. */
function readTemplate(template: string): Promise<DataDirectoryFiles> {
  if (read?.template !== template) read = { template, content: readTar(template) }
  return read.content
}

async function readTar(path: string): Promise<DataDirectoryFiles> {
  const folders: string[] = []
  const files: DataDirectoryFiles['files'][number][] = []
  for await (const entry of createReadStream(path).pipe(extract())) {
    const { name, type } = entry.header
    if (type === 'directory') folders.push(name)
    else files.push({ path: name, content: await buffer(entry) })
    entry.resume()
  }
  return { folders, files }
}

/** Changes with every migration, and with the versions of PGlite and of the job queue. */
export function nameOfSchema(): string {
  const hash = createHash('sha256')
  for (const path of globSync(`${migrationsFolder}/*.sql`).toSorted()) hash.update(readFileSync(path))
  hash.update(readFileSync(new URL('../package.json', import.meta.url)))
  return hash.digest('hex').slice(0, 16)
}
