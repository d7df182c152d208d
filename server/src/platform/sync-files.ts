import { constants } from 'node:fs'
import { cp, open, opendir } from 'node:fs/promises'
import { join } from 'node:path'

/** Copies a directory with all that is in it, without a second use of the disk where the file system can share blocks. */
export async function copyDirectory(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, mode: constants.COPYFILE_FICLONE })
}

/** Leaves nothing of a directory in the memory of the machine alone: it is there after a loss of power, too. */
export async function syncDirectory(path: string): Promise<void> {
  for await (const entry of await opendir(path)) {
    const child = join(path, entry.name)
    if (entry.isDirectory()) await syncDirectory(child)
    else if (entry.isFile()) await syncFile(child)
  }
  await syncNames(path)
}

export async function syncFile(path: string): Promise<void> {
  await using handle = await open(path, 'r')
  await handle.sync()
}

/** Makes the names in a directory last: a file that was made or renamed there. */
export async function syncNames(directory: string): Promise<void> {
  // Windows opens no directories, and keeps names by itself.
  if (process.platform === 'win32') return
  await syncFile(directory)
}
