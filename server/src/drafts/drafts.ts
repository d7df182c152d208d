import { schema } from '@holdfast/drizzle'
import type { draftOutput, draftsSetInput, Id } from '@holdfast/shared'
import { and, eq, isNull } from 'drizzle-orm'
import type { z } from 'zod'
import type { Clock } from '../clock.ts'
import { readConversation } from '../conversations/conversation-row.ts'
import type { Database } from '../database/database.ts'

const { drafts } = schema

type Draft = z.infer<typeof draftOutput>

/** What the user was writing; empty when nothing. `conversationId` null: in a new conversation. @throws Refusal NOT_FOUND */
export async function getDraft(deps: { database: Database }, userId: Id, conversationId: Id | null): Promise<Draft> {
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

/** Keeps a draft; the last one written counts. @throws Refusal NOT_FOUND */
export async function setDraft(
  deps: { database: Database; clock: Clock },
  userId: Id,
  input: z.output<typeof draftsSetInput>,
): Promise<Draft> {
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
