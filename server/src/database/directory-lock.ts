import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'

/** Somebody else holds the directory. The message names the holder. */
export class DirectoryLockedError extends Error {
  override readonly name = 'DirectoryLockedError'
}

const holderSchema = z.object({
  id: z.string(),
  pid: z.number(),
  /** With the pid it names one process: pids are used again. Null where the system does not tell. */
  startTime: z.string().nullable(),
  host: z.string(),
})
type Holder = z.infer<typeof holderSchema>

const beatMs = 2_000
const foreignStaleMs = 15_000
const confirmMs = 50

/**
 * Takes a directory for this process. PGlite itself takes no lock, and two processes on one directory destroy it. A lock whose
 * process is gone (kill -9, power loss) is taken over.
 *
 * @param patienceMs how long to wait for a holder that is just shutting down
 * @throws DirectoryLockedError
 */
export async function lockDirectory(directory: string, patienceMs = 3_000): Promise<AsyncDisposable> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, 'holdfast.lock')
  const self: Holder = {
    id: randomUUID(),
    pid: process.pid,
    startTime: await processStartTime(process.pid),
    host: hostname(),
  }
  const deadline = performance.now() + patienceMs
  while (!(await tryTake(path, self))) {
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
  // For holders on other machines that share the directory the heartbeat is all that can be seen.
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
  if (holder && !(await isStale(path, holder))) return false
  const aside = `${path}.${self.id}`
  // Only one of several that see the stale lock can move it.
  if (!(await succeeds(rename(path, aside)))) return false
  const moved = await readHolder(aside)
  const isOther = moved !== null && moved.id !== holder?.id
  if (isOther) await succeeds(link(aside, path))
  await rm(aside, { force: true })
  if (isOther || !(await create(path, self))) return false
  // Whoever moved a lock by mistake has put it back by now.
  await delay(confirmMs)
  return (await readHolder(path))?.id === self.id
}

async function create(path: string, holder: Holder): Promise<boolean> {
  // Written whole and then linked: nobody ever reads half a lock.
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

async function isStale(path: string, holder: Holder): Promise<boolean> {
  if (holder.host !== hostname()) {
    const age = await stat(path).then(
      (stats) => Date.now() - stats.mtimeMs,
      () => 0,
    )
    return age > foreignStaleMs
  }
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
