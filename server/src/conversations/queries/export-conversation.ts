import { schema } from '@holdfast/drizzle'
import type { conversationsExportInput, conversationsExportOutput, Id } from '@holdfast/shared'
import { and, asc, eq, gt, isNull } from 'drizzle-orm'
import type { z } from 'zod'
import type { Database } from '../../platform/database/database.ts'
import { rowsToMessages } from '../../conversation-store/message-row.ts'
import { readConversation, rowToConversation } from '../../conversation-store/conversation-row.ts'
import { readConsistently } from '../../platform/database/read-consistently.ts'

const { messages } = schema

/** A page of all messages of a conversation, on every branch, in the order in which they were added. @throws Refusal NOT_FOUND */
export function exportConversation(
  deps: { readonly database: Pick<Database, 'queries'> },
  userId: Id,
  input: z.output<typeof conversationsExportInput>,
): Promise<z.infer<typeof conversationsExportOutput>> {
  return readConsistently(deps.database, async (queries) => {
    const { conversationId, cursor, limit } = input
    const conversation = await readConversation(queries, userId, conversationId)
    const rows = await queries
      .select()
      .from(messages)
      .where(
        and(eq(messages.conversationId, conversationId), gt(messages.addedSeq, Number(cursor ?? 0)), isNull(messages.deletedAt)),
      )
      .orderBy(asc(messages.addedSeq))
      .limit(limit + 1)
    const page = rows.slice(0, limit)
    return {
      conversation: rowToConversation(conversation),
      messages: await rowsToMessages(queries, conversationId, page),
      nextCursor: rows.length > limit ? String(page.at(-1)?.addedSeq) : null,
    }
  })
}
