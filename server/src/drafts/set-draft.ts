import { schema } from '@holdfast/drizzle'
import type { draftOutput, draftsSetInput, Id } from '@holdfast/shared'
import type { z } from 'zod'
import { readConversation } from '../conversation-store/conversation-row.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database/database.ts'

const { drafts } = schema

/** Stores a draft; the last write wins. @throws Refusal NOT_FOUND */
export async function setDraft(
  deps: { database: Database; clock: Clock },
  userId: Id,
  input: z.output<typeof draftsSetInput>,
): Promise<z.infer<typeof draftOutput>> {
  const { queries } = deps.database
  const { conversationId, content } = input
  if (conversationId !== null) await readConversation(queries, userId, conversationId)
  const updatedAt = deps.clock.now()
  await queries
    .insert(drafts)
    .values({ userId, conversationId, content, updatedAt })
    .onConflictDoUpdate({ target: [drafts.userId, drafts.conversationId], set: { content, updatedAt } })
  return { conversationId, content, updatedAt: updatedAt.toISOString() }
}
