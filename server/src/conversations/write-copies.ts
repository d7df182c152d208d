import { schema } from '@holdfast/drizzle'
import type { Id, Message } from '@holdfast/shared'
import type { UnitOfWork } from '../event-log/unit-of-work.ts'
import { saveConversation, type ConversationRow } from '../conversation-store/conversation-row.ts'
import { indexMessages } from '../conversation-store/index-messages.ts'
import { messageToValues } from '../conversation-store/message-row.ts'
import { attachFiles } from './compose-question.ts'

const { messages } = schema

/** Rows per insert: keeps a statement below Postgres' limit of 65,535 parameters. */
const rowsPerInsert = 1_000

/** Fills a new, empty conversation with copies of messages: one path, oldest first. Their files belong to the user. */
export async function writeCopies(
  unit: UnitOfWork,
  userId: Id,
  { conversationId, title, copies }: { conversationId: Id; title: string; copies: readonly Message[] },
  now: Date,
): Promise<ConversationRow> {
  const { tx } = unit
  for (let from = 0; from < copies.length; from += rowsPerInsert) {
    await tx.insert(messages).values(
      copies.slice(from, from + rowsPerInsert).map((copy, index) => ({
        id: copy.id,
        conversationId,
        ...messageToValues(copy),
        reactions: copy.reactions ?? null,
        addedSeq: from + index + 1,
        createdAt: new Date(copy.createdAt),
        updatedAt: now,
      })),
    )
  }
  await indexMessages(unit, userId, copies)
  await attachFiles(tx, copies)
  const records = await unit.append(
    conversationId,
    copies.map((message) => ({ type: 'message-added', message })),
  )
  return saveConversation(unit, conversationId, {
    title,
    messageCount: copies.length,
    activeMessageId: copies.at(-1)?.id ?? null,
    updatedAt: new Date(records.at(-1)?.at ?? now),
  })
}
