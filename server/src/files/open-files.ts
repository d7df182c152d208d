import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../platform/clock.ts'
import type { Bus } from '../platform/bus/bus.ts'
import type { Database } from '../platform/database/database.ts'
import type { Logger } from '../platform/logger.ts'
import { removeLeftDirectories } from '../platform/work-directory.ts'
import type { RoomDeps } from '../limits/check-room.ts'
import { startFileJanitor } from './collect-orphans.ts'
import { createFileProcessor, type FileProcessor } from './process-files.ts'
import { createFileExaminer } from './processing/file-examiner.ts'
import type { ContentHold } from './storage/content-hold.ts'
import type { FileStorage } from './storage/file-storage.ts'
import { openStorage } from './storage/open-storage.ts'
import type { StorageSettings } from './storage/storage-settings.ts'
import { openDiskUploads } from './uploads/disk-uploads.ts'
import type { UploadStore } from './uploads/upload-store.ts'

/** Where files are, and what happens to them after an upload. */
export interface Files extends AsyncDisposable {
  readonly storage: FileStorage
  readonly uploads: UploadStore
  readonly processor: FileProcessor
}

export interface OpenFilesDeps {
  readonly config: { readonly storage: StorageSettings; readonly dataDir: string | null; readonly filesKeepDays: number }
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly logger: Logger
  readonly settings: RoomDeps['settings']
  readonly nearLimits: RoomDeps['nearLimits']
  readonly hold?: ContentHold
  /** Default: two minutes. */
  readonly examinationMs?: number
}

/** Opens the storage that the settings name, and takes up what a crash has left. Without a data directory files are gone with the process. */
export async function openFiles(deps: OpenFilesDeps): Promise<Files> {
  const { config, database, bus, clock, logger, settings, nearLimits, hold, examinationMs } = deps
  await using stack = new AsyncDisposableStack()
  await removeLeftDirectories()
  const { storage, uploads } = await openStores(config, stack)
  const examiner = createFileExaminer({ logger, ...(examinationMs === undefined ? {} : { timeoutMs: examinationMs }) })
  const processor = stack.use(
    createFileProcessor({ database, bus, clock, logger, settings, nearLimits, storage, uploads, examiner }),
  )
  stack.use(
    startFileJanitor({
      database,
      clock,
      logger,
      storage,
      uploads,
      keepDays: () => settings.current().retention.unusedFiles,
      ...(hold ? { hold } : {}),
      resume: () => processor.resume(),
    }),
  )
  await processor.resume()
  const opened = stack.move()
  return { storage, uploads, processor, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

/** The stores of files and uploads that the settings name; the stack closes them. */
async function openStores(
  { storage: settings, dataDir }: OpenFilesDeps['config'],
  stack: AsyncDisposableStack,
): Promise<{ storage: FileStorage; uploads: UploadStore }> {
  const directory = dataDir ?? (settings.kind === 's3' ? '' : await makeTemporary(stack))
  const storage = stack.use(await openStorage(settings, directory))
  if (settings.kind === 's3') {
    const { openS3Uploads } = await import('./uploads/s3-uploads.ts')
    return { storage, uploads: stack.use(openS3Uploads(settings)) }
  }
  return { storage, uploads: await openDiskUploads(join(directory, 'uploads')) }
}

async function makeTemporary(stack: AsyncDisposableStack): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-files-'))
  stack.defer(() => rm(directory, { recursive: true, force: true }))
  return directory
}
