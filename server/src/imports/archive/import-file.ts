import type { Readable } from 'node:stream'

/** A file that can be read from any place: on a disk, in a bucket, or inside an archive. */
export interface ImportFile {
  readonly name: string
  readonly bytes: number
  /** The bytes from `start` to `end`, both inclusive; without a range all of them. */
  readonly open: (range?: { readonly start: number; readonly end: number }) => Promise<Readable>
}

/** The file cannot be imported, or not further. The message is for the person who chose it. */
export class ImportFileError extends Error {
  override readonly name = 'ImportFileError'
}
