import type { Readable } from 'node:stream'

/** The forms in which a file's content is kept. `prompt.jpg` is a smaller copy of a picture that every model takes. */
export type StoredVariant = 'original' | 'thumbnail.webp' | 'prompt.jpg' | 'text.txt'

/** Keeps bytes under keys. Only this port knows where: a directory or a bucket. */
export interface FileStorage {
  /** Keeps the content of a file of this machine; what was there is replaced in one step. */
  put(key: string, path: string): Promise<void>
  /** A part of the bytes, both ends included, or all. Fails when there are none. */
  open(key: string, range?: { readonly start: number; readonly end: number }): Promise<Readable>
  /** The number of bytes; null when the key is unknown. */
  size(key: string): Promise<number | null>
  /** Harmless when the key is unknown. */
  delete(key: string): Promise<void>
  /** All keys, in no order. */
  list(): AsyncIterable<string>
}

/** Content with the same hash has the same key, whoever uploaded it. */
export function toStorageKey(sha256: string, variant: StoredVariant): string {
  return `${sha256.slice(0, 2)}/${sha256}/${variant}`
}

/** The hash that a key was made from; null for a key that is none of ours. */
export function storageKeyToHash(key: string): string | null {
  return /^[0-9a-f]{2}\/([0-9a-f]{64})\/[a-z.]+$/u.exec(key)?.[1] ?? null
}

export const storedVariants: readonly StoredVariant[] = ['original', 'thumbnail.webp', 'prompt.jpg', 'text.txt']
