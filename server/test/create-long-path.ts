import { randomUUID } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import type { Database } from '../src/database/database.ts'
import type { TestUser } from './create-test-app.ts'

/** A conversation with `count` messages on one path, questions and answers in turn, written behind the server's back: in an instant. */
export async function createLongPath(
  database: Database,
  user: TestUser,
  count: number,
): Promise<{ conversationId: Id; ids: Id[] }> {
  const { conversations, messages } = schema
  const { id: conversationId } = await user.client.conversations.create.mutate({ title: 'A long talk' })
  const ids = Array.from({ length: count }, () => randomUUID() as Id)
  const now = new Date()
  await database.queries.insert(messages).values(
    ids.map((id, index) => ({
      id,
      conversationId,
      parentId: ids[index - 1] ?? null,
      role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
      status: 'completed' as const,
      parts: JSON.stringify([{ type: 'text', text: `message ${index + 1}` }]),
      addedSeq: index + 1,
      createdAt: now,
      updatedAt: now,
    })),
  )
  // The log of it counts as pruned.
  await database.queries
    .update(conversations)
    .set({ messageCount: count, activeMessageId: ids.at(-1) ?? null, lastSeq: count, prunedSeq: count })
    .where(eq(conversations.id, conversationId))
  return { conversationId, ids }
}
