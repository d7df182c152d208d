import { schema } from '@holdfast/drizzle'
import type { Id, Message, Part } from '@holdfast/shared'
import { and, inArray, sql, type WithSubquery } from 'drizzle-orm'
import { unindexedTopic } from '../event-log/topics.ts'
import type { UnitOfWork } from '../event-log/unit-of-work.ts'
import type { Transaction } from '../platform/database/database.ts'
import { createLexemes, maxTextLength, textToVector, timeToVector, type Lexemes } from './search-lexemes.ts'

const { messageFiles, searchDocuments, searchTitles } = schema

const rowsPerInsert = 200

/** The searchable text of a message, with the remarks in it. Its parts are separated, so that words do not merge. */
export function partsToSearchText(parts: readonly Part[]): string {
  return parts.flatMap((part) => (part.type === 'text' || part.type === 'remark' ? part.text : [])).join('\n')
}

type SearchDocument = typeof searchDocuments.$inferInsert

export type IndexedMessage = Pick<Message, 'id' | 'conversationId' | 'role' | 'model' | 'parts'> & {
  readonly createdAt: Date | string
}

/** A message as the index keeps it, found by its text and by the names of its files. The text of its files is added in the background. */
export function messageToDocument(userId: Id, message: IndexedMessage): SearchDocument {
  return lexemesToDocument(userId, message, messageToLexemes(userId, message.parts))
}

/** The words of the names of a message's files, and of its text. */
export function messageToLexemes(userId: Id, parts: readonly Part[]): Lexemes {
  const lexemes = createLexemes(userId)
  for (const part of parts) {
    if (part.type !== 'file') continue
    lexemes.add(part.name)
    lexemes.separate()
  }
  lexemes.add(partsToSearchText(parts).slice(0, maxTextLength))
  return lexemes
}

export function lexemesToDocument(userId: Id, message: IndexedMessage, lexemes: Lexemes): SearchDocument {
  const createdAt = new Date(message.createdAt)
  const words = lexemes.toVector()
  return {
    messageId: message.id,
    conversationId: message.conversationId,
    role: message.role,
    model: message.model,
    hasToolCalls: message.parts.some((part) => part.type === 'tool-call'),
    createdAt,
    lexemes: words === '' ? '' : `${words} ${timeToVector(userId, createdAt)}`,
  }
}

/** Puts messages that have ended into the index, in the transaction that writes them; once more replaces what was there. */
export async function indexMessages(
  { tx, publish }: Pick<UnitOfWork, 'tx' | 'publish'>,
  userId: Id,
  messages: readonly IndexedMessage[],
): Promise<void> {
  const documents = messages.map((message) => messageToDocument(userId, message)).filter(({ lexemes }) => lexemes !== '')
  for (let from = 0; from < documents.length; from += rowsPerInsert) {
    await writeDocuments(tx, documents.slice(from, from + rowsPerInsert))
  }
  await reindexFiles({ tx, publish }, messages)
}

/**
 * As {@link indexMessages} for a few messages: gives what is to run beside the statement that writes them, as in
 * `tx.with(...parts).update(messages)`.
 */
export async function indexAlongside(
  unit: Pick<UnitOfWork, 'tx' | 'publish'>,
  userId: Id,
  messages: readonly IndexedMessage[],
): Promise<WithSubquery[]> {
  const { tx } = unit
  const documents = messages.map((message) => messageToDocument(userId, message)).filter(({ lexemes }) => lexemes !== '')
  await reindexFiles(unit, messages)
  if (documents.length === 0) return []
  return [tx.$with('documents').as(insertDocuments(tx, documents).returning({ messageId: searchDocuments.messageId }))]
}

/** The words of their files are replaced, too, and are added again in the background. */
async function reindexFiles(
  { tx, publish }: Pick<UnitOfWork, 'tx' | 'publish'>,
  messages: readonly IndexedMessage[],
): Promise<void> {
  const withFiles = messages.filter(({ parts }) => parts.some(({ type }) => type === 'file')).map(({ id }) => id)
  if (withFiles.length === 0) return
  publish(unindexedTopic)
  await tx
    .update(messageFiles)
    .set({ isIndexed: false })
    .where(and(inArray(messageFiles.messageId, withFiles), messageFiles.isIndexed))
}

/** Writes rows of the index; those that are there are replaced. */
export async function writeDocuments(tx: Transaction, documents: readonly SearchDocument[]): Promise<void> {
  await insertDocuments(tx, documents)
}

function insertDocuments(tx: Transaction, documents: readonly SearchDocument[]) {
  return tx
    .insert(searchDocuments)
    .values([...documents])
    .onConflictDoUpdate({
      target: searchDocuments.messageId,
      set: {
        model: sql`excluded.model`,
        hasToolCalls: sql`excluded.has_tool_calls`,
        lexemes: sql`excluded.lexemes`,
      },
    })
}

/** Takes messages that were deleted out of the index. */
export async function removeFromIndex(tx: Transaction, messageIds: readonly Id[]): Promise<void> {
  await tx.delete(searchDocuments).where(inArray(searchDocuments.messageId, [...messageIds]))
}

export async function indexTitle(tx: Transaction, userId: Id, conversationId: Id, title: string): Promise<void> {
  const lexemes = textToVector(userId, title)
  await tx
    .insert(searchTitles)
    .values({ conversationId, lexemes })
    .onConflictDoUpdate({ target: searchTitles.conversationId, set: { lexemes } })
}
