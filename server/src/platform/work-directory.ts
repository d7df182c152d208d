import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { errorToCode } from './error-codes.ts'

/** Containers that share a directory for temporary files count their processes each for itself. */
const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8)
const toPrefix = (pid: number | string) => `holdfast-work-${host}-${pid}-`
const pattern = new RegExp(`^${toPrefix('(\\d+)')}`, 'u')
/** The clocks of files are coarser than those of processes. */
const clockGapMs = 2_000

/** An empty directory for temporary files. The caller removes it; after a crash {@link removeLeftDirectories} does. */
export async function createWorkDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), toPrefix(process.pid)))
}

/** Removes the work directories of processes of this machine that are gone. Gives their number. */
export async function removeLeftDirectories(): Promise<number> {
  let removed = 0
  for (const name of await readdir(tmpdir())) {
    const pid = Number(pattern.exec(name)?.[1] ?? Number.NaN)
    if (Number.isNaN(pid)) continue
    const path = join(tmpdir(), name)
    if (pid === process.pid ? !(await isOlderThanProcess(path)) : isRunning(pid)) continue
    await rm(path, { recursive: true, force: true })
    removed += 1
  }
  return removed
}

/** In a container, a process often has the number that the one before it had. */
async function isOlderThanProcess(path: string): Promise<boolean> {
  try {
    return (await stat(path)).mtimeMs < Date.now() - process.uptime() * 1_000 - clockGapMs
  } catch (error) {
    if (errorToCode(error) === 'ENOENT') return false
    throw error
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // EPERM: it is another user's.
    return errorToCode(error) !== 'ESRCH'
  }
}
