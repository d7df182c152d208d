import { schema } from '@holdfast/drizzle'
import type { conversationsAtInput, Id, Snapshot } from '@holdfast/shared'
import { and, desc, eq, lte } from 'drizzle-orm'
import type { z } from 'zod'
import { readConversation, type ConversationRow } from '../../conversation-store/conversation-row.ts'
import { rowToRecords } from '../../event-log/packed-row.ts'
import type { Database, Queries } from '../../platform/database/database.ts'
import { readConsistently } from '../../platform/database/read-consistently.ts'
import { olderThanLog } from '../../platform/refusal.ts'
import { readEarlierState } from '../earlier/read-earlier-state.ts'

const { conversationLog } = schema

/**
 * A conversation as it was after an event, or at a time.
 * @throws Refusal NOT_FOUND; BAD_REQUEST older-than-log, or for a cursor that is still to come
 */
export function getConversationAt(
  deps: { database: Database },
  userId: Id,
  input: z.output<typeof conversationsAtInput>,
): Promise<Snapshot> {
  return readConsistently(deps.database, async (queries) => {
    const row = await readConversation(queries, userId, input.conversationId)
    const cursor = input.at === undefined ? Number(input.cursor) : await timeToCursor(queries, row, input.at)
    return await readEarlierState(queries, row, { cursor, leafId: input.leafId ?? null, limit: input.limit })
  })
}

/** The seq of the last event at a time. */
async function timeToCursor(queries: Queries, row: ConversationRow, at: string): Promise<number> {
  const time = new Date(at)
  const [found] = await queries
    .select()
    .from(conversationLog)
    .where(and(eq(conversationLog.conversationId, row.id), lte(conversationLog.at, time)))
    .orderBy(desc(conversationLog.fromSeq))
    .limit(1)
  const last = found && rowToRecords(found).findLast((record) => new Date(record.at) <= time)
  if (last) return last.seq
  if (row.prunedSeq > 0 || time < row.createdAt) throw olderThanLog('at')
  return 0
}
