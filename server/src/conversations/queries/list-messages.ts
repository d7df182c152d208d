import type { Id, messagesListInput, messagesListOutput } from '@holdfast/shared'
import { z } from 'zod'
import { readConversation } from '../../conversation-store/conversation-row.ts'
import { rowsToMessages } from '../../conversation-store/message-row.ts'
import { readPath, readTombstoneOrMessageRow } from '../../conversation-store/read-path.ts'
import type { Database } from '../../platform/database/database.ts'
import { readConsistently } from '../../platform/database/read-consistently.ts'
import { badField, notFound } from '../../platform/refusal.ts'

/**
 * A page of the path that ends at `leafId`, oldest first; `before` is the oldest message of the page below.
 * @throws Refusal NOT_FOUND, BAD_REQUEST for a malformed `before`
 */
export function listMessages(
  deps: { database: Database },
  userId: Id,
  input: z.output<typeof messagesListInput>,
): Promise<z.infer<typeof messagesListOutput>> {
  return readConsistently(deps.database, async (queries) => {
    const { conversationId, limit } = input
    const conversation = await readConversation(queries, userId, conversationId)
    let leafId = input.leafId ?? conversation.activeMessageId
    if (input.before !== undefined && input.before !== null) {
      if (!z.guid().safeParse(input.before).success) throw badField('before', 'must be a cursor that this server gave')
      // It may have been deleted since its page was read.
      const below = await readTombstoneOrMessageRow(queries, userId, input.before)
      if (below.conversationId !== conversationId) throw notFound('Message')
      leafId = below.parentId
    }
    const path = await readPath(queries, { conversationId, leafId, limit })
    return {
      conversationId,
      messageCount: conversation.messageCount,
      messages: await rowsToMessages(queries, conversationId, path.rows),
      nextCursor: path.hasMore ? (path.rows[0]?.id ?? null) : null,
    }
  })
}
