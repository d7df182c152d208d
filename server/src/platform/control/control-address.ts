import { createHash } from 'node:crypto'
import { resolve } from 'node:path'

/** Longer paths of sockets are refused by the system. */
const maxPathBytes = 100

/**
 * Where the server of a data directory listens for programs of the same user on the same machine: a socket in the directory, on Windows a
 * named pipe. Null: the path of the directory is too long for one.
 */
export function toControlAddress(dataDir: string): string | null {
  const directory = resolve(dataDir)
  if (process.platform === 'win32') {
    return String.raw`\\.\pipe\holdfast-${createHash('sha256').update(directory).digest('hex').slice(0, 32)}`
  }
  const path = `${directory}/control.sock`
  return Buffer.byteLength(path) > maxPathBytes ? null : path
}
