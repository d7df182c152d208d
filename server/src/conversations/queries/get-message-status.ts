import { activeStatusCondition, schema } from '@holdfast/drizzle'
import type { Id, messagesStatusInput, messagesStatusOutput } from '@holdfast/shared'
import { and, desc, eq } from 'drizzle-orm'
import type { z } from 'zod'
import { readConversation } from '../../conversation-store/conversation-row.ts'
import type { Database } from '../../platform/database/database.ts'
import { readConsistently } from '../../platform/database/read-consistently.ts'

const { generations, messages } = schema

/** Which answers of a conversation are active, newest first. @throws Refusal NOT_FOUND */
export function getMessageStatus(
  deps: { database: Database },
  userId: Id,
  { conversationId }: z.output<typeof messagesStatusInput>,
): Promise<z.infer<typeof messagesStatusOutput>> {
  return readConsistently(deps.database, async (queries) => {
    const conversation = await readConversation(queries, userId, conversationId)
    const running = await queries
      .select({ id: messages.id })
      .from(generations)
      .innerJoin(messages, eq(messages.id, generations.messageId))
      .where(and(eq(generations.conversationId, conversationId), activeStatusCondition(generations.status)))
      .orderBy(desc(messages.addedSeq))
    const generatingMessageIds = running.map((row) => row.id)
    return {
      hasActiveGeneration: generatingMessageIds.length > 0,
      generatingMessageId: generatingMessageIds[0] ?? null,
      generatingMessageIds,
      lastUpdated: conversation.lastEventAt.toISOString(),
    }
  })
}
