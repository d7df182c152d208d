import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { prepareDataDirectory } from '../data-directory.ts'
import { StartError, toDataDirectoryError } from '../start-error.ts'

/** Another process holds the directory. The message names the holder. */
export class DirectoryLockedError extends StartError {
  override readonly name = 'DirectoryLockedError'
}

const holderSchema = z.object({
  id: z.string(),
  pid: z.number(),
  /** Together with the pid it identifies a process, since pids are reused. Null where the system does not provide it. */
  startTime: z.string().nullable(),
  host: z.string(),
  /** Device and inode of the directory: a copy of it has another, and is not locked by the process that runs on the original. */
  directory: z.string().optional(),
})
type Holder = z.infer<typeof holderSchema>

const beatMs = 2_000
const foreignStaleMs = 15_000
const confirmMs = 50

/**
 * Locks a directory for this process. PGlite itself takes no lock, and two processes on one directory destroy it. The lock of a process
 * that has died (kill -9, power loss) is taken over immediately.
 *
 * Why not `proper-lockfile`: it judges a lock by its age alone. After a crash a restart would have to wait until the lock is stale, and a
 * live process that was suspended for longer would lose its lock, so that two processes write to one directory. Ours asks whether the
 * process still runs (pid and start time), and uses the age only for holders on other machines, which cannot be asked.
 *
 * @param patienceMs how long to wait for a holder that is shutting down
 * @throws DirectoryLockedError
 */
export async function lockDirectory(directory: string, patienceMs = 3_000): Promise<AsyncDisposable> {
  await prepareDataDirectory(directory)
  const path = join(directory, 'holdfast.lock')
  const { dev, ino } = await stat(directory)
  const self: Holder = {
    id: randomUUID(),
    pid: process.pid,
    startTime: await processStartTime(process.pid),
    host: hostname(),
    directory: `${dev}:${ino}`,
  }
  const deadline = performance.now() + patienceMs
  while (!(await tryTake(path, self).catch((error: unknown) => Promise.reject(toDataDirectoryError(error, directory))))) {
    if (performance.now() >= deadline) {
      const holder = await readHolder(path)
      throw new DirectoryLockedError(
        holder
          ? `${directory} is in use by process ${holder.pid} on ${holder.host}. Stop it first, or set DATA_DIR to another directory.`
          : `${directory} is in use by another process. Stop it first, or set DATA_DIR to another directory.`,
      )
    }
    await delay(100)
  }
  // Machines that share the directory see nothing of this process but the heartbeat.
  const beat = setInterval(() => {
    const now = new Date()
    utimes(path, now, now).catch(() => clearInterval(beat))
  }, beatMs).unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(beat)
      if ((await readHolder(path))?.id === self.id) await rm(path, { force: true })
    },
  }
}

async function tryTake(path: string, self: Holder): Promise<boolean> {
  if (await create(path, self)) return true
  const holder = await readHolder(path)
  if (holder && !(await isStale(path, holder, self))) return false
  const aside = `${path}.${self.id}`
  // Only one of several that see the stale lock can move it.
  if (!(await succeeds(rename(path, aside)))) return false
  const moved = await readHolder(aside)
  const isOther = moved !== null && moved.id !== holder?.id
  if (isOther) await succeeds(link(aside, path))
  await rm(aside, { force: true })
  if (isOther || !(await create(path, self))) return false
  // A process that moved another's lock by mistake has put it back by now.
  await delay(confirmMs)
  return (await readHolder(path))?.id === self.id
}

async function create(path: string, holder: Holder): Promise<boolean> {
  // Written completely and then linked: a reader never sees half a lock.
  const draft = `${path}.${holder.id}.new`
  await writeFile(draft, JSON.stringify(holder), { mode: 0o600 })
  const created = await succeeds(link(draft, path))
  await rm(draft, { force: true })
  return created
}

async function readHolder(path: string): Promise<Holder | null> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    if (isFileError(error) || error instanceof SyntaxError || error instanceof z.ZodError) return null
    throw error
  }
}

async function isStale(path: string, holder: Holder, self: Holder): Promise<boolean> {
  if (holder.host !== hostname()) {
    const age = await stat(path).then(
      (stats) => Date.now() - stats.mtimeMs,
      () => 0,
    )
    return age > foreignStaleMs
  }
  if (holder.directory !== undefined && holder.directory !== self.directory) return true
  if (!isRunning(holder.pid)) return true
  return holder.startTime !== null && (await processStartTime(holder.pid)) !== holder.startTime
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return isFileError(error) && error.code === 'EPERM'
  }
}

/** Boot and start time of a process on Linux: field 22 of `/proc/PID/stat`, after the name in parentheses. */
async function processStartTime(pid: number): Promise<string | null> {
  try {
    const [boot, stats] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ])
    return `${boot.trim()}/${stats.slice(stats.lastIndexOf(')') + 2).split(' ')[19]}`
  } catch (error) {
    if (isFileError(error)) return null
    throw error
  }
}

async function succeeds(operation: Promise<unknown>): Promise<boolean> {
  try {
    await operation
    return true
  } catch (error) {
    if (isFileError(error)) return false
    throw error
  }
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error
}
