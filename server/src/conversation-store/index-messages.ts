import { schema } from '@holdfast/drizzle'
import type { Id, Message, Part } from '@holdfast/shared'
import { inArray, sql } from 'drizzle-orm'
import type { Transaction } from '../platform/database/database.ts'
import { textToVector, timeToVector } from './search-lexemes.ts'

const { searchDocuments, searchTitles } = schema

const rowsPerInsert = 200

/** The searchable text of a message. Its parts are separated, so that words do not merge. */
export function partsToSearchText(parts: readonly Part[]): string {
  return parts.flatMap((part) => (part.type === 'text' ? part.text : [])).join('\n')
}

type IndexedMessage = Pick<Message, 'id' | 'conversationId' | 'role' | 'model' | 'parts'> & { readonly createdAt: Date | string }

export function messageToDocument(userId: Id, message: IndexedMessage): typeof searchDocuments.$inferInsert {
  const createdAt = new Date(message.createdAt)
  const words = textToVector(userId, partsToSearchText(message.parts))
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
export async function indexMessages(tx: Transaction, userId: Id, messages: readonly IndexedMessage[]): Promise<void> {
  const documents = messages.map((message) => messageToDocument(userId, message)).filter(({ lexemes }) => lexemes !== '')
  for (let from = 0; from < documents.length; from += rowsPerInsert) {
    await tx
      .insert(searchDocuments)
      .values(documents.slice(from, from + rowsPerInsert))
      .onConflictDoUpdate({
        target: searchDocuments.messageId,
        set: {
          model: sql`excluded.model`,
          hasToolCalls: sql`excluded.has_tool_calls`,
          lexemes: sql`excluded.lexemes`,
        },
      })
  }
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
