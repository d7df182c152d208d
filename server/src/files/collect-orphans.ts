import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { and, eq, inArray, lt, lte, notExists, or } from 'drizzle-orm'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database/database.ts'
import type { Logger } from '../platform/logger.ts'
import { removeLeftDirectories } from '../platform/work-directory.ts'
import { mayRemoveContent, type ContentHold } from './storage/content-hold.ts'
import { lockContent } from './storage/lock-content.ts'
import { storageKeyToHash, storedVariants, toStorageKey, type FileStorage } from './storage/file-storage.ts'
import type { UploadStore } from './uploads/upload-store.ts'

const { files, messageFiles, shareFiles } = schema

export interface CollectDeps {
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly storage: FileStorage
  readonly uploads: UploadStore
  /** How many days a file that no message shows is kept, so that a draft of yesterday can still be sent. Asked at each run. */
  readonly keepDays: () => number | null
  /** Of the embedded database; a node on Postgres asks the database. */
  readonly hold?: ContentHold
}

const hourMs = 3_600_000
/** An upload expires when nothing has arrived for this long. */
const keepUploadMs = 24 * hourMs
const filesPerRun = 500

/**
 * [U5] Removes files that no message or shared snapshot shows and that the user has deleted, that were never sent or shown, or whose upload was given up, and the
 * bytes that no file has any more. Gives the number of files.
 */
export async function collectOrphans(deps: CollectDeps): Promise<number> {
  const removed = await removeRows(deps)
  for (const { id } of removed) await deps.uploads.remove(id)
  const hashes = new Set(removed.flatMap(({ sha256 }) => sha256 ?? []))
  for (const sha256 of hashes) await removeUnusedContent(deps, sha256)
  return removed.length
}

function removeRows({ database, clock, keepDays }: CollectDeps): Promise<{ id: Id; sha256: string | null }[]> {
  const now = clock.now().getTime()
  const days = keepDays()
  return database.queries.transaction(async (tx) => {
    const isUnused = and(
      notExists(tx.select({ id: messageFiles.fileId }).from(messageFiles).where(eq(messageFiles.fileId, files.id))),
      notExists(tx.select({ id: shareFiles.fileId }).from(shareFiles).where(eq(shareFiles.fileId, files.id))),
    )
    const isOver = or(
      lte(files.deletedAt, new Date(now)),
      days === null ? undefined : lt(files.createdAt, new Date(now - days * 24 * hourMs)),
      and(eq(files.state, 'uploading'), lt(files.updatedAt, new Date(now - keepUploadMs))),
    )
    // Locked first and looked at again: a message may be taking one of them along at this moment.
    const candidates = await tx
      .select({ id: files.id })
      .from(files)
      .where(and(isUnused, isOver))
      .limit(filesPerRun)
      .for('update', { skipLocked: true })
    if (candidates.length === 0) return []
    const ids = candidates.map(({ id }) => id)
    return tx
      .delete(files)
      .where(and(inArray(files.id, ids), isUnused))
      .returning({ id: files.id, sha256: files.sha256 })
  })
}

/** Removes the bytes of a hash, unless a file has them or a backup is being made. */
export async function removeUnusedContent(
  { database, storage, hold }: Pick<CollectDeps, 'database' | 'storage' | 'hold'>,
  sha256: string,
): Promise<boolean> {
  if (hold?.isHeld()) return false
  return database.queries.transaction(async (tx) => {
    if (!(await mayRemoveContent(tx))) return false
    await lockContent(tx, sha256)
    const [user] = await tx.select({ id: files.id }).from(files).where(eq(files.sha256, sha256)).limit(1)
    if (user) return false
    for (const variant of storedVariants) await storage.delete(toStorageKey(sha256, variant))
    return true
  })
}

/** Compares what is kept with the rows, and removes what has none: of users that were deleted, and after crashes. */
export async function sweepStorage(deps: CollectDeps): Promise<void> {
  const { database, storage, uploads } = deps
  const hashes = new Set<string>()
  for await (const key of storage.list()) {
    const hash = storageKeyToHash(key)
    if (hash !== null) hashes.add(hash)
  }
  for (const sha256 of hashes) {
    const known = await database.queries.$count(files, eq(files.sha256, sha256))
    if (known === 0) await removeUnusedContent(deps, sha256)
  }
  for await (const fileId of uploads.list()) {
    const known = await database.queries.$count(files, and(eq(files.id, fileId), eq(files.state, 'uploading')))
    if (known === 0) await uploads.remove(fileId)
  }
}

const intervalMs = 10 * 60_000
const runsPerSweep = 144

/** Collects every ten minutes, takes up uploads that other nodes have left, and sweeps once a day. Failures are logged and tried again. */
export function startFileJanitor(deps: CollectDeps & { readonly resume: () => Promise<void> }): Disposable {
  let runs = 0
  const clean = async () => {
    try {
      const removed = await collectOrphans(deps)
      if (removed > 0) deps.logger.info({ event: 'files-collected', files: removed }, 'removed files that nothing shows')
      await deps.resume()
      if (runs % runsPerSweep === 0) await sweepStorage(deps)
      await removeLeftDirectories()
      runs += 1
    } catch (error) {
      deps.logger.warn({ event: 'files-not-collected', err: error }, 'removing files failed, trying again')
    }
  }
  const timer = setInterval(() => void clean(), intervalMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
