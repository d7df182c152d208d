import type { Id, messagesContentInput, messagesContentOutput } from '@holdfast/shared'
import type { z } from 'zod'
import { readConversation } from '../../conversation-store/conversation-row.ts'
import { rowsToMessages } from '../../conversation-store/message-row.ts'
import { readMessageRow } from '../../conversation-store/read-path.ts'
import type { Database } from '../../platform/database/database.ts'
import { readConsistently } from '../../platform/database/read-consistently.ts'
import { notFound } from '../../platform/refusal.ts'

/** The text of one message so far, and the cursor at which it was read. @throws Refusal NOT_FOUND */
export function getMessageContent(
  deps: { database: Database },
  userId: Id,
  { messageId }: z.output<typeof messagesContentInput>,
): Promise<z.infer<typeof messagesContentOutput>> {
  return readConsistently(deps.database, async (queries) => {
    const row = await readMessageRow(queries, userId, messageId)
    const conversation = await readConversation(queries, userId, row.conversationId)
    const [message] = await rowsToMessages(queries, row.conversationId, [row])
    if (!message) throw notFound('Message')
    const { id, content, status, updatedAt } = message
    return { id, content, status, lastUpdated: updatedAt, cursor: String(conversation.lastSeq) }
  })
}
