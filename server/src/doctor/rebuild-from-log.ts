import { schema } from '@holdfast/drizzle'
import { isActive, type Conversation, type Id, type Message } from '@holdfast/shared'
import { eq, sql } from 'drizzle-orm'
import { indexMessages, removeFromIndex } from '../conversation-store/index-messages.ts'
import { messageToValues } from '../conversation-store/message-row.ts'
import type { Database, Transaction } from '../platform/database/database.ts'
import { compareWithLog, readConversations, type LogDifference } from './compare-log.ts'

const { conversations, messages } = schema

export interface Rebuilt {
  readonly conversations: number
  readonly messages: number
  /** Differences that the log cannot settle: its own end is missing, or rows that it does not know. */
  readonly left: number
}

/**
 * Writes the rows of conversations again from their logs, where they differ, and the search index with them. A conversation is one
 * transaction that holds its lock. What the log no longer has is left as it is.
 */
export async function rebuildFromLog(database: Database, onConversation: (done: number) => void = () => {}): Promise<Rebuilt> {
  const total = { conversations: 0, messages: 0, left: 0 }
  const ids: Id[] = []
  for await (const { id } of readConversations(database.queries)) ids.push(id)
  for (const [index, id] of ids.entries()) {
    const { rewritten, left } = await database.queries.transaction(async (tx) => {
      const [row] = await tx.select().from(conversations).where(eq(conversations.id, id)).for('update')
      return row ? await rewrite(tx, await compareWithLog(tx, row)) : { rewritten: 0, left: 0 }
    })
    if (rewritten > 0) total.conversations += 1
    total.messages += rewritten
    total.left += left
    onConversation(index + 1)
  }
  return total
}

async function rewrite(tx: Transaction, differences: readonly LogDifference[]): Promise<{ rewritten: number; left: number }> {
  let rewritten = 0
  let left = 0
  for (const { conversationId, userId, folded } of differences) {
    if (folded && 'conversation' in folded) await rewriteConversation(tx, folded.conversation)
    else if (folded && (await rewriteMessage(tx, folded))) {
      // An active message is indexed when it ends.
      if (!isActive(folded.message.status)) {
        await removeFromIndex(tx, [folded.message.id])
        // The texts of files are added when the indexer looks for what it has missed.
        await indexMessages({ tx, publish: () => {} }, userId, [{ ...folded.message, conversationId }])
      }
    } else {
      left += 1
      continue
    }
    rewritten += 1
  }
  return { rewritten, left }
}

async function rewriteConversation(tx: Transaction, conversation: Conversation): Promise<void> {
  const { id, messageCount, activeMessageId, state, hasActiveGeneration, title, model, instructions } = conversation
  const { parameters = {}, pinned, archived } = conversation
  await tx
    .update(conversations)
    .set({
      title,
      model,
      instructions,
      parameters,
      pinned,
      archived,
      messageCount,
      activeMessageId,
      state,
      hasActiveGeneration,
      readSeq: conversation.unread
        ? sql`least(${conversations.readSeq}, greatest(${conversations.endedSeq} - 1, 0))`
        : sql`greatest(${conversations.readSeq}, ${conversations.endedSeq})`,
      updatedAt: new Date(conversation.updatedAt),
    })
    .where(eq(conversations.id, id))
}

async function rewriteMessage(
  tx: Transaction,
  { message, addedSeq }: { readonly message: Message; readonly addedSeq: number | null },
): Promise<boolean> {
  const values = messageToValues(message)
  const updated = await tx.update(messages).set(values).where(eq(messages.id, message.id)).returning({ id: messages.id })
  if (updated.length > 0) return true
  if (addedSeq === null) return false
  const { id, conversationId, createdAt } = message
  await tx.insert(messages).values({ ...values, id, conversationId, addedSeq, createdAt: new Date(createdAt) })
  return true
}
