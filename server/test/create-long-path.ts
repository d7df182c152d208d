import { randomUUID } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import type { Database } from '../src/platform/database/database.ts'
import type { TestUser } from '../testing/create-test-app.ts'

const rowsPerStatement = 1_000

/** A conversation with `count` messages on one path, questions and answers in turn, written behind the server's back: in an instant. */
export async function createLongPath(
  database: Database,
  user: TestUser,
  count: number,
): Promise<{ conversationId: Id; ids: Id[] }> {
  const { conversations, messages } = schema
  const { id: conversationId } = await user.client.conversations.create.mutate({ title: 'A long talk' })
  const now = new Date()
  const ids = Array.from({ length: count }, () => randomUUID() as Id)
  const rows = ids.map((id, index) => ({
    id,
    conversationId,
    parentId: ids[index - 1] ?? null,
    role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
    status: 'completed' as const,
    parts: JSON.stringify([{ type: 'text', text: `message ${index + 1}` }]),
    addedSeq: index + 1,
    createdAt: now,
    updatedAt: now,
  }))
  for (let from = 0; from < count; from += rowsPerStatement) {
    await database.queries.insert(messages).values(rows.slice(from, from + rowsPerStatement))
  }
  // The log of it counts as pruned.
  await database.queries
    .update(conversations)
    .set({ messageCount: count, activeMessageId: ids.at(-1) ?? null, lastSeq: count, prunedSeq: count })
    .where(eq(conversations.id, conversationId))
  return { conversationId, ids }
}
