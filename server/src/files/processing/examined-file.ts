import type { StoredVariant } from '../storage/file-storage.ts'

/** An upload to be examined. Paths are of this machine. */
export interface FileToExamine {
  readonly path: string
  /** Tells kinds of text apart, which have no mark in their content. It never makes a file anything but text. */
  readonly name: string
  /** An empty directory for what is made of the file. */
  readonly outDirectory: string
}

/** What a file is, by its content. Sizes are those of the picture as it is shown. */
export interface ExaminedFile {
  readonly mediaType: string
  readonly sha256: string
  readonly bytes: number
  readonly width?: number
  readonly height?: number
  readonly pages?: number
  readonly durationMs?: number
  readonly textCharacters?: number
  /** Where the variants are; `original` may be the upload itself. */
  readonly variants: Partial<Readonly<Record<StoredVariant, string>>> & { readonly original: string }
}

/** What the examination of one kind of file finds. Without `original` the upload itself is kept. */
export interface Findings {
  readonly mediaType: string
  readonly width?: number
  readonly height?: number
  readonly pages?: number
  readonly durationMs?: number
  readonly text?: string
  readonly original?: string
  readonly thumbnail?: string
  readonly prompt?: string
}
