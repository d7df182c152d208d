import { schema } from '@holdfast/drizzle'
import type { Conversation, conversationsRestoreInput, Id } from '@holdfast/shared'
import { and, eq, isNotNull } from 'drizzle-orm'
import type { z } from 'zod'
import { lockConversation, refreshActivity, rowToConversation } from '../../conversation-store/conversation-row.ts'
import { transact, type UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'

const { conversations } = schema

/** Restores a conversation from the trash, with everything in it. A repeat is harmless. @throws Refusal NOT_FOUND */
export function restoreConversation(
  deps: UnitOfWorkDeps,
  userId: Id,
  { conversationId }: z.output<typeof conversationsRestoreInput>,
): Promise<Conversation> {
  return transact(deps, async (unit) => {
    const [restored] = await unit.tx
      .update(conversations)
      .set({ deletedAt: null })
      .where(and(eq(conversations.id, conversationId), eq(conversations.userId, userId), isNotNull(conversations.deletedAt)))
      .returning()
    if (!restored) return rowToConversation(await lockConversation(unit.tx, userId, conversationId))
    await unit.append(conversationId, [{ type: 'conversation-restored' }])
    return rowToConversation(await refreshActivity(unit, conversationId))
  })
}
