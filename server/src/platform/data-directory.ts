import { chmod, mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { StartError, toDataDirectoryError } from './start-error.ts'

const forOwnerOnly = 0o700

/**
 * Makes the directory that holds the database and the secret, or, when it exists, closes it to other users of the machine: a volume and
 * `mkdir` make directories that every user may read, and every user may write PGlite's files.
 * @throws StartError when it cannot be made, or is open to others and belongs to another user
 */
export async function prepareDataDirectory(path: string): Promise<void> {
  try {
    await makeDirectory(path)
    await closeToOthers(path)
  } catch (error) {
    throw toDataDirectoryError(error, path)
  }
  try {
    await closeToOthers(join(path, 'pglite'))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw toDataDirectoryError(error, path)
  }
}

/** Node's own `recursive` never ends below a directory in which nothing can be made, such as `/proc`. */
async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: forOwnerOnly })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    if (error.code === 'EEXIST' && (await stat(path)).isDirectory()) return
    const parent = dirname(path)
    if (error.code !== 'ENOENT' || parent === path || (await exists(parent))) throw error
    await makeDirectory(parent)
    await mkdir(path, { mode: forOwnerOnly })
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch {
    return false
  }
}

async function closeToOthers(path: string): Promise<void> {
  const { mode } = await stat(path)
  if ((mode & 0o077) === 0) return
  try {
    await chmod(path, forOwnerOnly)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) throw error
    const message = `DATA_DIR: ${path} belongs to another user and is open to others. Give it to the user that runs Holdfast, with mode 700.`
    throw new StartError(message, { cause: error })
  }
}
