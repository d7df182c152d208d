import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, mkdir, open, opendir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { errorToCode } from '../../platform/error-codes.ts'
import type { FileStorage } from './file-storage.ts'

/** Files that are being written; a crash may leave some. */
const unfinished = '.part'

/** Keeps files in a directory that belongs to this server alone. */
export async function openDiskStorage(directory: string): Promise<FileStorage> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const toPath = (key: string) => join(directory, key)
  return {
    async put(key, path) {
      const target = toPath(key)
      const part = `${target}.${randomUUID()}${unfinished}`
      await mkdir(dirname(target), { recursive: true, mode: 0o700 })
      try {
        await copyFile(path, part)
        await sync(part)
        await rename(part, target)
      } finally {
        await rm(part, { force: true })
      }
    },
    async open(key, range) {
      // Opened before it is returned: a missing file fails here, and not in the middle of an answer.
      const handle = await open(toPath(key))
      return createReadStream('', { fd: handle, ...range })
    },
    async size(key) {
      try {
        return (await stat(toPath(key))).size
      } catch (error) {
        if (errorToCode(error) === 'ENOENT') return null
        throw error
      }
    },
    async delete(key) {
      await rm(toPath(key), { force: true })
      await removeEmpty(dirname(toPath(key)))
    },
    async *list() {
      for await (const entry of await opendir(directory, { recursive: true })) {
        if (!entry.isFile() || entry.name.endsWith(unfinished)) continue
        yield relative(directory, join(entry.parentPath, entry.name)).replaceAll(sep, '/')
      }
    },
  }
}

/** A file that was announced as kept survives a loss of power. */
async function sync(path: string): Promise<void> {
  await using handle = await open(path, 'r+')
  await handle.sync()
}

async function removeEmpty(directory: string): Promise<void> {
  try {
    await rmdir(directory)
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(errorToCode(error) ?? '')) throw error
  }
}
