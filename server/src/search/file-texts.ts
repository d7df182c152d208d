import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { and, eq, inArray, ne } from 'drizzle-orm'
import type { FileStorage } from '../files/storage/file-storage.ts'
import { readText } from '../files/storage/read-text.ts'
import type { Queries } from '../platform/database/database.ts'

const { files, messageFiles } = schema

/**
 * The texts of one message's files are searched up to this length together, in UTF-16 units: about 200 pages. Each file has an equal
 * share of it, and what a shorter one leaves goes to those after it.
 */
export const maxFileTextLength = 500_000

/** A file of a message that will not change any more. */
export interface SearchedFile {
  readonly id: Id
  readonly name: string
  /** Null: there is no text in it. */
  readonly textSha256: string | null
}

/** The files of messages, in the order of their ids: refused ones too, but not those that are still being uploaded or examined. */
export async function readSearchedFiles(
  queries: Queries,
  userId: Id,
  messageIds: readonly Id[],
): Promise<ReadonlyMap<Id, readonly SearchedFile[]>> {
  const rows = await queries
    .select({
      messageId: messageFiles.messageId,
      id: files.id,
      name: files.name,
      sha256: files.sha256,
      textCharacters: files.textCharacters,
    })
    .from(messageFiles)
    .innerJoin(files, eq(files.id, messageFiles.fileId))
    .where(and(inArray(messageFiles.messageId, [...messageIds]), eq(files.userId, userId), ne(files.state, 'uploading')))
    .orderBy(files.id)
  const filesByMessage = new Map<Id, SearchedFile[]>()
  for (const { messageId, id, name, sha256, textCharacters } of rows) {
    const found = filesByMessage.get(messageId) ?? []
    found.push({ id, name, textSha256: textCharacters === null ? null : sha256 })
    filesByMessage.set(messageId, found)
  }
  return filesByMessage
}

/** The texts of a message's files, as far as they are searched, one after the other: no more than one is in memory. */
export async function* readFileTexts(
  storage: FileStorage,
  searched: readonly SearchedFile[],
): AsyncGenerator<{ readonly file: SearchedFile; readonly text: string }> {
  const withText = searched.filter(({ textSha256 }) => textSha256 !== null)
  let left = maxFileTextLength
  for (const [index, file] of withText.entries()) {
    const text = await readText(storage, file.textSha256 ?? '', Math.floor(left / (withText.length - index)))
    left -= text.length
    yield { file, text }
  }
}

/**
 * Cuts a text into ranges of about `length` UTF-16 units, between words where there are any: nothing that takes a text apart keeps the
 * process busy for long.
 */
export function* textToSlices(text: string, length: number): Generator<{ readonly start: number; readonly end: number }> {
  for (let start = 0; start < text.length;) {
    const end = start + length >= text.length ? text.length : start + toCut(text.slice(start, start + length))
    yield { start, end }
    start = end
  }
}

/** The place after the last space or sign, unless that is far from the end; never inside a surrogate pair. */
function toCut(piece: string): number {
  const tail = piece.slice(-maxWordLength)
  const place = tail.search(/[^\p{L}\p{N}\p{M}][\p{L}\p{N}\p{M}]*$/u)
  if (place !== -1) return piece.length - tail.length + place + 1
  return /[\uD800-\uDBFF]$/u.test(piece) ? piece.length - 1 : piece.length
}

const maxWordLength = 200
