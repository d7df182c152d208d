import { stat } from 'node:fs/promises'
import { errorToCode } from './error-codes.ts'

/** Whether there is a file or a directory at a path. */
export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorToCode(error) ?? '')) return false
    throw error
  }
}
