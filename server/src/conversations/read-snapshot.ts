import { schema } from '@holdfast/drizzle'
import type { Id, Snapshot } from '@holdfast/shared'
import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import type { Database, Queries } from '../database/database.ts'
import { rowsToMessages } from '../messages/message-row.ts'
import { readNewestLeaf, readPath } from '../messages/read-path.ts'
import { readConversation, rowToConversation } from './conversation-row.ts'

const { messages } = schema

/** What several reads need to agree: all of them see the database at one moment. */
export function readConsistently<Result>(database: Database, read: (queries: Queries) => Promise<Result>): Promise<Result> {
  return database.queries.transaction(read, { isolationLevel: 'repeatable read', accessMode: 'read only' })
}

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
      .where(
        and(
          eq(messages.conversationId, conversationId),
          inArray(messages.status, ['queued', 'generating', 'waiting']),
          isNull(messages.deletedAt),
        ),
      )
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
