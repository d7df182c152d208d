import type { ImportSource } from '@holdfast/shared'
import type { Archive, ArchiveEntry } from '../archive/open-archive.ts'
import type { JsonKind, JsonPath } from '../archive/read-json-values.ts'
import type { ImportedItem, ImportedProblem } from './imported.ts'

/** How a document begins: the paths that were seen so far, and the scalars that stand at them. `[].mapping` is a key of a list's items. */
export type JsonStart = ReadonlyMap<string, unknown>

export interface ReadFormatDeps {
  /** A directory for what does not fit into memory. It is empty, and removed afterwards. */
  readonly workDirectory: () => Promise<string>
}

/** How the files of one source are recognised and read. */
export interface ImportFormat {
  readonly source: ImportSource
  /** Whether a document is of this source. Asked again as more of its beginning is known. */
  readonly matches: (start: JsonStart) => boolean
  /** Whether a conversation begins at a path, to count them; null where a document does not have them one by one. */
  readonly isConversation: ((path: JsonPath, kind: JsonKind) => boolean) | null
  /** Other documents that archives of this source hold, and why they are not imported; null: nothing is lost with them. */
  readonly otherDocuments: Readonly<Record<string, string | null>>
  /** The content of the documents in the order in which they hold it. The same file gives the same items again. */
  readonly read: (deps: ReadFormatDeps, archive: Archive, documents: readonly ArchiveEntry[]) => AsyncGenerator<ImportedItem>
}

/** Each item of a list, or the one object that a document is. */
export function isListedOrAlone(path: JsonPath, kind: JsonKind): boolean {
  return path.length === 0 ? kind === 'object' : path.length === 1 && path[0] === '[]'
}

export const tooLarge: ImportedProblem = {
  type: 'problem',
  problem: { what: 'A conversation', why: 'It is larger than 64 MB' },
  isConversation: true,
}
