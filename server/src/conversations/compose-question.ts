import { schema } from '@holdfast/drizzle'
import {
  codePointLength,
  firstWords,
  maxTitleFromWordsLength,
  partsToContent,
  type Id,
  type Message,
  type Part,
} from '@holdfast/shared'
import { and, eq, inArray, sql } from 'drizzle-orm'
import { checkReady, isThere, rowToFilePart } from '../files/file-row.ts'
import type { Transaction } from '../platform/database/database.ts'
import { badField, notFound } from '../platform/refusal.ts'

const { files, messageFiles } = schema

const rowsPerInsert = 1_000

export interface ComposeDeps {
  readonly config: { readonly messageMaxCharacters: number }
}

/**
 * The parts of a question: its files in their order, then its text. The files cannot be removed until the transaction ends.
 * @throws Refusal BAD_REQUEST for a text above the server's limit or a refused file, NOT_FOUND, CONFLICT file-not-ready
 */
export async function composeQuestion(
  deps: ComposeDeps,
  tx: Transaction,
  userId: Id,
  { content, fileIds }: { readonly content: string; readonly fileIds: readonly Id[] },
): Promise<Part[]> {
  const limit = deps.config.messageMaxCharacters
  if (codePointLength(content) > limit) throw badField('content', `must have at most ${limit} characters`)
  const fileParts = await readFileParts(tx, userId, fileIds)
  return content === '' ? fileParts : [...fileParts, { type: 'text', text: content }]
}

async function readFileParts(tx: Transaction, userId: Id, fileIds: readonly Id[]): Promise<Part[]> {
  if (fileIds.length === 0) return []
  const rows = await tx
    .select()
    .from(files)
    .where(and(eq(files.userId, userId), inArray(files.id, [...fileIds]), isThere(tx)))
    .orderBy(sql`${files.id}`)
    .for('share')
  const rowsById = new Map(rows.map((row) => [row.id, row]))
  return fileIds.map((id, index) => {
    const row = rowsById.get(id)
    if (!row) throw notFound('File')
    // It was kept as it came: nobody has looked at what is in it, and it may be larger than other files.
    if (row.isImport) throw badField(`files.${index}`, 'was uploaded to be imported, and cannot be sent')
    checkReady(row, `files.${index}`)
    return rowToFilePart(row)
  })
}

/** Keeps the files of new messages for as long as the messages exist. */
export async function attachFiles(tx: Transaction, added: readonly Pick<Message, 'id' | 'parts'>[]): Promise<void> {
  const rows = added.flatMap(({ id, parts }) => partsToFileIds(parts).map((fileId) => ({ messageId: id, fileId })))
  for (let from = 0; from < rows.length; from += rowsPerInsert) {
    await tx.insert(messageFiles).values(rows.slice(from, from + rowsPerInsert))
  }
}

export function partsToFileIds(parts: readonly Part[]): Id[] {
  return parts.flatMap((part) => (part.type === 'file' ? part.fileId : []))
}

/** What a conversation is called after its first question. */
export function partsToTitle(parts: readonly Part[]): string {
  const content = partsToContent(parts)
  return firstWords(content === '' ? (parts.find((part) => part.type === 'file')?.name ?? '') : content, maxTitleFromWordsLength)
}
