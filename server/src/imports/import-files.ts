import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { schema } from '@holdfast/drizzle'
import type { FilePart, Id } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import { checkReady, readFileRow, rowToFilePart } from '../files/file-row.ts'
import type { FileProcessor } from '../files/process-files.ts'
import { FileRefusal } from '../files/processing/file-refusal.ts'
import { toStorageKey, type FileStorage } from '../files/storage/file-storage.ts'
import type { Database } from '../platform/database/database.ts'
import { createWorkDirectory } from '../platform/work-directory.ts'
import { ImportFileError, StorageAwayError, type ImportFile, type StoredImportFile } from './archive/import-file.ts'
import type { ArchiveEntry } from './archive/open-archive.ts'

const { files } = schema

/** The files of users, as imports need them. Not for use inside of a transaction. */
export interface ImportFiles {
  /** A user's uploaded file. @throws Refusal NOT_FOUND, CONFLICT file-not-ready, BAD_REQUEST file-refused */
  readonly open: (userId: Id, fileId: Id) => Promise<StoredImportFile>
  /** A file of the user that is ready; null for any other. */
  readonly find: (userId: Id, fileId: Id) => Promise<FilePart | null>
  /** Makes a file of an archive a file of the user, under an id that is free. @throws StorageAwayError */
  readonly keep: (
    userId: Id,
    fileId: Id,
    name: string,
    entry: ArchiveEntry,
  ) => Promise<{ readonly part: FilePart } | { readonly refused: string }>
}

export interface ImportFilesDeps {
  readonly config: { readonly fileMaxBytes: number }
  readonly database: Database
  readonly storage: FileStorage
  readonly processor: Pick<FileProcessor, 'add'>
}

export function createImportFiles({ config, database, storage, processor }: ImportFilesDeps): ImportFiles {
  const find = async (userId: Id, fileId: Id): Promise<FilePart | null> => {
    const [row] = await database.queries
      .select()
      .from(files)
      .where(and(eq(files.id, fileId), eq(files.userId, userId), eq(files.state, 'ready')))
    return row ? rowToFilePart(row) : null
  }
  return {
    find,
    async open(userId, fileId) {
      const row = await readFileRow(database.queries, userId, fileId)
      checkReady(row, 'fileId')
      const key = toStorageKey(row.sha256 ?? '', 'original')
      return toStoredFile(row, (range) => storage.open(key, range))
    },
    async keep(userId, fileId, name, entry) {
      if (entry.bytes > config.fileMaxBytes) return { refused: 'It is larger than a file may be' }
      const directory = await createWorkDirectory()
      try {
        const path = join(directory, 'file')
        const bytes = await unpack(entry, path, config.fileMaxBytes)
        await processor.add({ userId, fileId, name, path, bytes })
        const part = await find(userId, fileId)
        return part ? { part } : { refused: 'It could not be kept' }
      } catch (error) {
        if (error instanceof FileRefusal || error instanceof ImportFileError) return { refused: error.message }
        throw new StorageAwayError('a file of an import could not be kept', { cause: error })
      } finally {
        await rm(directory, { recursive: true, force: true })
      }
    },
  }
}

/** Remembers a failure of the storage: those who read an archive see one as damage. */
function toStoredFile(
  { name, bytes }: { readonly name: string; readonly bytes: number },
  open: ImportFile['open'],
): StoredImportFile {
  let failure: { readonly cause: unknown } | null = null
  const lose = (cause: unknown) => {
    // Reading was given up here: the beginning was enough.
    if (cause instanceof Error && cause.name === 'AbortError') return
    failure ??= { cause }
  }
  return {
    name,
    bytes,
    async open(range) {
      try {
        return (await open(range)).on('error', lose)
      } catch (error) {
        lose(error)
        throw error
      }
    },
    throwIfLost() {
      if (failure) throw new StorageAwayError('the file of an import could not be read', failure)
    },
  }
}

/** Writes an entry to the disk; one that is larger than it says is refused. */
async function unpack(entry: ArchiveEntry, path: string, maxBytes: number): Promise<number> {
  let bytes = 0
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      done(bytes > maxBytes ? new ImportFileError('It is larger than a file may be') : null, chunk)
    },
  })
  await pipeline(await entry.open(), limit, createWriteStream(path))
  return bytes
}
