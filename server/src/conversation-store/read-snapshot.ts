import { activeStatusCondition, schema } from '@holdfast/drizzle'
import type { Id, Snapshot } from '@holdfast/shared'
import { and, asc, eq, isNull } from 'drizzle-orm'
import type { Database } from '../platform/database/database.ts'
import { readConsistently } from '../platform/database/read-consistently.ts'
import { rowsToMessages } from './message-row.ts'
import { readNewestLeaf, readPath } from './read-path.ts'
import { readConversation, rowToConversation } from './conversation-row.ts'

const { messages } = schema

/**
 * The newest page of a path, every running message on any branch, and the cursor that they stand at.
 * @throws Refusal NOT_FOUND for a conversation or leaf that is not the user's, is in the trash or does not exist
 */
export function readSnapshot(
  deps: { database: Database },
  userId: Id,
  input: { conversationId: Id; leafId?: Id | undefined; descend?: boolean; limit: number },
): Promise<Snapshot> {
  return readConsistently(deps.database, async (queries) => {
    const conversation = await readConversation(queries, userId, input.conversationId)
    const { conversationId, limit } = input
    const start = input.leafId ?? conversation.activeMessageId
    const leafId = start !== null && input.descend ? await readNewestLeaf(queries, conversationId, start) : start
    const path = await readPath(queries, { conversationId, leafId, limit })
    const pathIds = new Set(path.rows.map((row) => row.id))
    const running = await queries
      .select()
      .from(messages)
      .where(and(eq(messages.conversationId, conversationId), activeStatusCondition(messages.status), isNull(messages.deletedAt)))
      .orderBy(asc(messages.addedSeq))
    const rows = [...path.rows, ...running.filter((row) => !pathIds.has(row.id))]
    return {
      conversation: rowToConversation(conversation),
      messages: await rowsToMessages(queries, conversationId, rows),
      cursor: String(conversation.lastSeq),
      nextCursor: path.hasMore ? (path.rows[0]?.id ?? null) : null,
    }
  })
}
