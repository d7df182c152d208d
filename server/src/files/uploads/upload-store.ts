import type { DataStore } from '@tus/server'
import type { Id } from '@holdfast/shared'

/** Keeps the bytes of uploads until their files have been examined. */
export interface UploadStore {
  /** For the tus protocol. */
  readonly dataStore: DataStore
  /** The id of a file's upload in {@link dataStore}. */
  readonly toUploadId: (fileId: Id) => string
  /** How much has arrived; null when there is no such upload. */
  readonly find: (fileId: Id) => Promise<{ readonly offset: number; readonly size: number } | null>
  /** The path of a complete upload on this machine; where it is elsewhere, it is fetched into the directory. */
  readonly toLocalPath: (fileId: Id, directory: string) => Promise<string>
  /** Harmless when there is no such upload. */
  readonly remove: (fileId: Id) => Promise<void>
  /** The ids of all uploads, complete or not. */
  readonly list: () => AsyncIterable<Id>
}

/** What a store's failure says; the libraries throw objects, not errors. */
export function isMissing(error: unknown): boolean {
  const status = typeof error === 'object' && error !== null && 'status_code' in error ? error.status_code : undefined
  return status === 404 || status === 410
}
