import { randomUUID } from 'node:crypto'
import { constants, existsSync } from 'node:fs'
import { cp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPglite } from '../src/platform/database/open-pglite.ts'
import { nameOfSchema } from './memory-database.ts'
import { createTemporaryDirectory } from './temporary-directory.ts'

/**
 * A fresh directory for a server, with an empty, migrated database in it, that is removed with `await using`. The first one on a
 * machine takes 2 s; later ones are copies.
 */
export async function createDataDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const directory = await createTemporaryDirectory()
  await cp(await findTemplate(), directory.path, { recursive: true, mode: constants.COPYFILE_FICLONE })
  return directory
}

async function findTemplate(): Promise<string> {
  const template = join(tmpdir(), `holdfast-data-${nameOfSchema()}`)
  if (existsSync(template)) return template
  const draft = `${template}.${randomUUID()}`
  const database = await openPglite(draft)
  await database.close()
  try {
    // Renamed whole: another process never copies half of it.
    await rename(draft, template)
  } catch (error) {
    if (!existsSync(template)) throw error
    await rm(draft, { recursive: true, force: true })
  }
  return template
}
