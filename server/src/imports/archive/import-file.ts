import type { Readable } from 'node:stream'

/** A file that can be read from any place: on a disk, in a bucket, or inside an archive. */
export interface ImportFile {
  readonly name: string
  readonly bytes: number
  /** The bytes from `start` to `end`, both inclusive; without a range all of them. */
  readonly open: (range?: { readonly start: number; readonly end: number }) => Promise<Readable>
}

/** The file of a user: the storage that it is in may fail while it is read. */
export interface StoredImportFile extends ImportFile {
  /** @throws StorageAwayError when the storage has failed: what was read since then is not what the file holds */
  readonly throwIfLost: () => void
}

/** The storage failed. Nothing is wrong with the file or its items: the import continues when the storage is back. */
export class StorageAwayError extends Error {
  override readonly name = 'StorageAwayError'
}

/** The file cannot be imported, or not further. The message is for the person who chose it. */
export class ImportFileError extends Error {
  override readonly name = 'ImportFileError'
}
