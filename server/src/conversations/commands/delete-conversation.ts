import { schema } from '@holdfast/drizzle'
import type { conversationsDeleteInput, conversationsDeleteOutput, Id } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Audit } from '../../audit/open-audit.ts'
import { transact, type UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import type { EndDeps } from '../../generation/ending/end-generation.ts'
import type { CancelSignals } from '../../generation/store/cancel-signals.ts'
import type { Eraser } from '../../platform/database/eraser.ts'
import { notFound } from '../../platform/refusal.ts'
import { cancelGenerations } from '../cancel-generations.ts'

const { conversations, generations } = schema

/**
 * Moves a conversation to the trash or, with `permanent`, deletes it with everything that belongs to it. Active answers are cancelled.
 * A repeat is harmless. @throws Refusal NOT_FOUND
 */
export function deleteConversation(
  deps: UnitOfWorkDeps &
    EndDeps & {
      readonly cancels: CancelSignals
      readonly eraser: Pick<Eraser, 'request'>
      readonly audit: Pick<Audit, 'record'>
    },
  userId: Id,
  { conversationId, permanent }: z.output<typeof conversationsDeleteInput>,
): Promise<z.infer<typeof conversationsDeleteOutput>> {
  return transact(deps, async (unit) => {
    const { tx } = unit
    const isThis = and(eq(conversations.id, conversationId), eq(conversations.userId, userId))
    const [found] = await tx.select().from(conversations).where(isThis)
    if (!found) throw notFound('Conversation')
    await cancelGenerations(deps, unit, eq(generations.conversationId, conversationId))
    if (found.deletedAt === null) {
      await unit.append(conversationId, [{ type: 'conversation-deleted' }])
      await tx.update(conversations).set({ deletedAt: deps.clock.now() }).where(isThis)
    }
    if (permanent) {
      // The row references one of its own messages, which would keep the cascade from deleting them.
      await tx.update(conversations).set({ activeMessageId: null }).where(isThis)
      await tx.delete(conversations).where(isThis)
      await deps.audit.record(tx, {
        action: 'conversation.deleted',
        actorId: userId,
        targetType: 'conversation',
        targetId: conversationId,
      })
      unit.afterCommit(() => deps.eraser.request())
    }
    unit.notify(userId, { type: 'conversation-removed', conversationId })
    return { conversationId }
  })
}
