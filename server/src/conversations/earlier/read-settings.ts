import { schema } from '@holdfast/drizzle'
import { mergeParameters, type Conversation } from '@holdfast/shared'
import { and, desc, eq, lt, lte, sql } from 'drizzle-orm'
import type { ConversationRow } from '../../conversation-store/conversation-row.ts'
import { rowToConversation } from '../../conversation-store/conversation-row.ts'
import { rowToRecords } from '../../event-log/packed-row.ts'
import type { Queries } from '../../platform/database/database.ts'

const { conversationBases, conversationLog } = schema
const rowsPerRead = 20

export interface EarlierSettings {
  readonly conversation: Conversation
  /** The seq of the event that said so; 0 and up to where the log begins, if none that is kept did. */
  readonly seq: number
  /** The whole conversation is that of an event. Otherwise only its settings are known, and its active message: it counts as read. */
  readonly isEvent: boolean
}

/** What a conversation was called and how it was set at a cursor. */
export async function readSettings(queries: Queries, row: ConversationRow, cursor: number): Promise<EarlierSettings> {
  for (let below = cursor + 1; ;) {
    const rows = await queries
      .select()
      .from(conversationLog)
      .where(
        and(
          eq(conversationLog.conversationId, row.id),
          lte(conversationLog.fromSeq, cursor),
          lt(conversationLog.fromSeq, below),
          sql`position('"conversation-updated"' in ${conversationLog.payload}) > 0`,
        ),
      )
      .orderBy(desc(conversationLog.fromSeq))
      .limit(rowsPerRead)
    for (const one of rows) {
      const found = rowToRecords(one).findLast(({ seq, event }) => seq <= cursor && event.type === 'conversation-updated')
      if (found?.event.type === 'conversation-updated') {
        return { conversation: found.event.conversation, seq: found.seq, isEvent: true }
      }
    }
    const last = rows.at(-1)
    if (!last || rows.length < rowsPerRead) break
    below = last.fromSeq
  }
  const [base] = await queries.select().from(conversationBases).where(eq(conversationBases.conversationId, row.id))
  const { title, model, instructions, parameters, pinned, archived, activeMessageId } = base ?? row
  const conversation: Conversation = {
    ...rowToConversation(row),
    title,
    model,
    instructions,
    parameters: mergeParameters(parameters),
    pinned,
    archived,
    activeMessageId,
    state: 'idle',
    hasActiveGeneration: false,
    unread: false,
    updatedAt: row.createdAt.toISOString(),
  }
  return { conversation, seq: base?.seq ?? 0, isEvent: false }
}
