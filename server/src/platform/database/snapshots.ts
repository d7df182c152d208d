import { mkdir, opendir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { errorToCode } from '../error-codes.ts'
import { copyDirectory, syncDirectory } from '../sync-files.ts'
import type { Queries } from './database.ts'

/** Old databases that are kept, and for how long: what a person deletes for good must leave the copies, too. */
const keptSnapshots = 2
const keepDays = 30
const dayMs = 86_400_000

/**
 * Copies the files of an embedded database that is open, while everybody else waits for it. The copy is as a crash would leave it, and
 * complete: nothing is being written, and a checkpoint has put all of it in the files.
 */
export async function copyOpenDatabase(queries: Queries, pglite: string, target: string): Promise<void> {
  await queries.transaction(async (tx) => {
    await tx.execute(sql`checkpoint`)
    await copyDirectory(pglite, target)
  })
}

/** Keeps a copy of the database in `snapshots` of the data directory, and removes older ones. Gives its path. */
export async function takeSnapshot(queries: Queries, dataDir: string, name: string): Promise<string> {
  const directory = join(dataDir, 'snapshots')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, name)
  const draft = `${path}${unfinished}`
  await rm(draft, { recursive: true, force: true })
  await copyOpenDatabase(queries, join(dataDir, 'pglite'), draft)
  await syncDirectory(draft)
  await rename(draft, path)
  await collectSnapshots(dataDir)
  return path
}

const unfinished = '.unfinished'

/** A name for a snapshot that sorts by time: `2026-11-29T15-42-33.120Z-before-upgrade`. */
export function nameSnapshot(reason: 'before-upgrade' | 'before-restore', now: Date): string {
  return `${now.toISOString().replaceAll(':', '-')}-${reason}`
}

/** Removes snapshots but for the newest, those that are older than a month, and what a crash has left. */
export async function collectSnapshots(dataDir: string, now = new Date()): Promise<void> {
  const directory = join(dataDir, 'snapshots')
  const names: string[] = []
  try {
    for await (const { name } of await opendir(directory)) names.push(name)
  } catch (error) {
    if (errorToCode(error) === 'ENOENT') return
    throw error
  }
  const whole = names.filter((name) => !name.endsWith(unfinished)).toSorted()
  const kept = new Set(whole.slice(-keptSnapshots))
  for (const name of names) {
    const path = join(directory, name)
    if (kept.has(name) && now.getTime() - (await stat(path)).mtimeMs < keepDays * dayMs) continue
    await rm(path, { recursive: true, force: true })
  }
}
