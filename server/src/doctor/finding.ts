import type { FileStorage } from '../files/storage/file-storage.ts'
import type { Database } from '../platform/database/database.ts'
import type { Logger } from '../platform/logger.ts'

/** Something that is not as it should be. Its sentences are for an operator, and hold no content and no secret. */
export interface Finding {
  /** A name for programs: `secret-mode`, `file-missing`. */
  readonly check: string
  /** An error loses or hides something, or stops the server; a warning may do so later; a note is good to know. */
  readonly severity: 'error' | 'warning' | 'note'
  readonly what: string
  readonly why: string
  readonly mend: string
  /** Mends it without losing anything. */
  readonly fix?: Fix
}

export type Fix =
  | { readonly needs: 'directory'; readonly run: () => Promise<void> }
  /** The server does not run, unless it runs on Postgres. */
  | { readonly needs: 'database'; readonly run: (deps: FixDeps) => Promise<void> }

export interface FixDeps {
  readonly database: Database
  readonly storage: FileStorage
  readonly logger: Logger
}
