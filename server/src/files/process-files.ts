import { rm } from 'node:fs/promises'
import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database/database.ts'
import { createWorkDirectory } from '../platform/work-directory.ts'
import type { Logger } from '../platform/logger.ts'
import type { Bus } from '../platform/bus/bus.ts'
import { unindexedTopic } from '../event-log/topics.ts'
import { transact, type UnitOfWork } from '../event-log/unit-of-work.ts'
import { checkRoom, type RoomDeps } from '../limits/check-room.ts'
import { Refusal } from '../platform/refusal.ts'
import { rowToFile, type FileRow } from './file-row.ts'
import { examineImport } from './processing/examine-import.ts'
import type { ExaminedFile } from './processing/examined-file.ts'
import type { FileExaminer } from './processing/file-examiner.ts'
import { FileRefusal } from './processing/file-refusal.ts'
import { lockContent } from './storage/lock-content.ts'
import { toStorageKey, type FileStorage, type StoredVariant } from './storage/file-storage.ts'
import { cleanFileName } from './uploads/clean-file-name.ts'
import type { UploadStore } from './uploads/upload-store.ts'

const { files } = schema

export interface ProcessFilesDeps extends RoomDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly logger: Logger
  readonly storage: FileStorage
  readonly uploads: UploadStore
  readonly examiner: FileExaminer
}

/** A file of this machine that becomes a file of a user. */
export interface FileToAdd {
  readonly userId: Id
  readonly fileId: Id
  readonly name: string
  readonly path: string
  readonly bytes: number
  /** Nobody sees it until a message shows it (`showFile`). If none does, it is removed after an hour. */
  readonly isHidden?: boolean
  /** Why a file of this type is not taken, as a sentence; null for one that is. */
  readonly refuse?: (mediaType: string) => string | null
}

/** Turns complete uploads into files, one after the other. */
export interface FileProcessor extends AsyncDisposable {
  readonly enqueue: (fileId: Id) => void
  /** Examines and keeps a file that did not come as an upload. The id is free. @throws FileRefusal, and nothing is left of it */
  readonly add: (file: FileToAdd) => Promise<void>
  /** Takes up what a crash has left: uploads that are complete and were not examined. */
  readonly resume: () => Promise<void>
}

/** Between keeping a file and showing it there are moments, or a tool that takes long. */
const hiddenMs = 3_600_000
/** A file that ended the process this often is not tried again. */
const maxAttempts = 3
const refusals = { attempts: 'The file could not be examined.' }

export function createFileProcessor(deps: ProcessFilesDeps): FileProcessor {
  const { logger } = deps
  const waiting = new Set<Id>()
  let last: Promise<void> = Promise.resolve()
  let isClosed = false

  const run = async (fileId: Id): Promise<void> => {
    if (isClosed) return
    try {
      await processFile(deps, fileId)
    } catch (error) {
      // The upload is still there: it is taken up again.
      if (!isClosed) logger.error({ event: 'file-not-processed', fileId, err: error }, 'an uploaded file could not be processed')
    } finally {
      waiting.delete(fileId)
    }
  }

  const enqueue = (fileId: Id) => {
    if (waiting.has(fileId)) return
    waiting.add(fileId)
    last = last.then(() => run(fileId))
  }

  return {
    enqueue,
    add: (file) => addFile(deps, file),
    async resume() {
      const rows = await deps.database.queries
        .select({ id: files.id })
        .from(files)
        .where(and(eq(files.state, 'uploading'), isNull(files.deletedAt)))
        .orderBy(files.createdAt)
        .limit(1_000)
      for (const { id } of rows) {
        const found = await deps.uploads.find(id)
        if (found && found.offset === found.size) enqueue(id)
      }
    },
    async [Symbol.asyncDispose]() {
      isClosed = true
      await deps.examiner[Symbol.asyncDispose]()
      await last
    },
  }
}

/** Examines an upload, keeps what is made of it, and makes its row `ready` or `refused`. Once more changes nothing. */
async function processFile(deps: ProcessFilesDeps, fileId: Id): Promise<void> {
  const { uploads, examiner, logger } = deps
  const row = await beginAttempt(deps, fileId)
  if (!row) return
  const directory = await createWorkDirectory()
  try {
    if (row.attempts > maxAttempts) throw new FileRefusal(refusals.attempts)
    const path = await uploads.toLocalPath(fileId, directory)
    const examined = await (row.isImport
      ? examineImport(path)
      : examiner.examine({ path, name: row.name, outDirectory: directory }))
    await keep(deps, fileId, examined)
    logger.info({ event: 'file-ready', fileId, mediaType: examined.mediaType, bytes: examined.bytes }, 'a file is ready')
  } catch (error) {
    if (!(error instanceof FileRefusal)) {
      await transact(deps, (unit) => changeUploading(deps.clock, unit, fileId, { attempts: 0 }))
      throw error
    }
    const { message } = error
    await transact(deps, (unit) => changeUploading(deps.clock, unit, fileId, { state: 'refused', error: message }))
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
  await uploads.remove(fileId)
}

async function addFile(deps: ProcessFilesDeps, file: FileToAdd): Promise<void> {
  const { userId, fileId, name, path, bytes, isHidden = false, refuse } = file
  const now = deps.clock.now()
  const mediaType = 'application/octet-stream'
  const row = {
    id: fileId,
    userId,
    name: cleanFileName(name),
    mediaType,
    bytes,
    uploadBytes: bytes,
    createdAt: now,
    updatedAt: now,
    deletedAt: isHidden ? new Date(now.getTime() + hiddenMs) : null,
  }
  // A row may be left of an earlier try.
  await inRoom(() =>
    deps.database.queries.transaction(async (tx) => {
      await checkRoom(deps, tx, row)
      await tx.insert(files).values(row).onConflictDoNothing({ target: files.id })
    }),
  )
  const directory = await createWorkDirectory()
  try {
    const examined = await deps.examiner.examine({ path, name, outDirectory: directory })
    const refusal = refuse?.(examined.mediaType) ?? null
    if (refusal !== null) throw new FileRefusal(refusal)
    await keep(deps, fileId, examined)
  } catch (error) {
    await deps.database.queries.delete(files).where(and(eq(files.id, fileId), eq(files.state, 'uploading')))
    throw error
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** @throws FileRefusal where there is no room */
async function inRoom(insert: () => Promise<void>): Promise<void> {
  try {
    await insert()
  } catch (error) {
    if (error instanceof Refusal) throw new FileRefusal(`${error.message}.`)
    throw error
  }
}

async function beginAttempt(
  { database }: ProcessFilesDeps,
  fileId: Id,
): Promise<Pick<FileRow, 'name' | 'attempts' | 'isImport'> | null> {
  const [row] = await database.queries
    .update(files)
    .set({ attempts: sql`${files.attempts} + 1` })
    .where(and(eq(files.id, fileId), eq(files.state, 'uploading')))
    .returning({ name: files.name, attempts: files.attempts, isImport: files.isImport })
  return row ?? null
}

/** Changes a file that is being examined. Its user's lists hear of it when that is over. */
async function changeUploading(
  clock: Clock,
  { tx, notify }: Pick<UnitOfWork, 'tx' | 'notify'>,
  fileId: Id,
  change: Partial<typeof files.$inferInsert>,
): Promise<void> {
  const [row] = await tx
    .update(files)
    .set({ ...change, updatedAt: clock.now() })
    .where(and(eq(files.id, fileId), eq(files.state, 'uploading')))
    .returning()
  if (row && row.state !== 'uploading' && row.deletedAt === null) notify(row.userId, { type: 'file', file: rowToFile(row) })
}

async function keep(deps: ProcessFilesDeps, fileId: Id, examined: ExaminedFile): Promise<void> {
  const { clock, storage } = deps
  const { sha256, variants } = examined
  // The original comes last: where it is, everything is.
  const entries = (Object.entries(variants) as [StoredVariant, string][]).toReversed()
  const put = async () => {
    for (const [variant, path] of entries) await storage.put(toStorageKey(sha256, variant), path)
  }
  await put()
  await transact(deps, async (unit) => {
    await lockContent(unit.tx, sha256)
    // The last other file with this content may have been removed in the meantime, and its bytes with it.
    if ((await storage.size(toStorageKey(sha256, 'original'))) === null) await put()
    await changeUploading(clock, unit, fileId, {
      state: 'ready',
      mediaType: examined.mediaType,
      bytes: examined.bytes,
      sha256,
      width: examined.width ?? null,
      height: examined.height ?? null,
      pages: examined.pages ?? null,
      durationMs: examined.durationMs ?? null,
      textCharacters: examined.textCharacters ?? null,
      hasThumbnail: variants['thumbnail.webp'] !== undefined,
      attempts: 0,
    })
    // A message may show it already.
    unit.publish(unindexedTopic)
  })
}
