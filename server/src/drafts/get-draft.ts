import { schema } from '@holdfast/drizzle'
import type { draftOutput, draftsGetInput, Id } from '@holdfast/shared'
import { and, eq, isNull } from 'drizzle-orm'
import type { z } from 'zod'
import { readConversation } from '../conversation-store/conversation-row.ts'
import type { Database } from '../platform/database/database.ts'

const { drafts } = schema

/** The user's draft, empty if there is none. `conversationId` null: the draft of a new conversation. @throws Refusal NOT_FOUND */
export async function getDraft(
  deps: { database: Database },
  userId: Id,
  { conversationId }: z.output<typeof draftsGetInput>,
): Promise<z.infer<typeof draftOutput>> {
  const { queries } = deps.database
  if (conversationId !== null) await readConversation(queries, userId, conversationId)
  const [row] = await queries
    .select()
    .from(drafts)
    .where(
      and(
        eq(drafts.userId, userId),
        conversationId === null ? isNull(drafts.conversationId) : eq(drafts.conversationId, conversationId),
      ),
    )
  return { conversationId, content: row?.content ?? '', updatedAt: row?.updatedAt.toISOString() ?? null }
}
