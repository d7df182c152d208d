import { randomUUID } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Database } from '../src/platform/database/database.ts'
import type { TestUser } from '../testing/create-test-app.ts'

const { conversations, messages } = schema

/** A conversation with one path of `count` finished messages, written straight into the tables. */
export async function createLongConversation(database: Database, user: TestUser, count: number): Promise<Id> {
  const { id: conversationId } = await user.client.conversations.create.mutate({
    conversationId: randomUUID(),
    title: `${count} messages`,
  })
  const now = new Date()
  const ids = Array.from({ length: count }, () => uuidv7())
  for (let from = 0; from < count; from += 500) {
    await database.queries.insert(messages).values(
      ids.slice(from, from + 500).map((id, index) => ({
        id,
        conversationId,
        parentId: ids[from + index - 1] ?? null,
        role: (from + index) % 2 === 0 ? ('user' as const) : ('assistant' as const),
        status: 'completed' as const,
        parts: JSON.stringify([{ type: 'text', text: `Message ${from + index}: ${'lorem ipsum dolor sit amet '.repeat(8)}` }]),
        addedSeq: from + index + 1,
        createdAt: now,
        updatedAt: now,
      })),
    )
  }
  await database.queries
    .update(conversations)
    .set({ messageCount: count, lastSeq: count, prunedSeq: count, activeMessageId: ids.at(-1) ?? null })
    .where(eq(conversations.id, conversationId))
  return conversationId
}
