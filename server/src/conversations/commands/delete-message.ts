import { schema } from '@holdfast/drizzle'
import { messagesDeleteOutput, type Id, type messagesDeleteInput } from '@holdfast/shared'
import { eq, or } from 'drizzle-orm'
import type { z } from 'zod'
import type { UnitOfWork, UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import type { EndDeps } from '../../generation/ending/end-generation.ts'
import type { CancelSignals } from '../../generation/store/cancel-signals.ts'
import { appendRemoval, moveChildren } from '../append-removal.ts'
import { later } from '../append-turn.ts'
import { cancelGenerations } from '../cancel-generations.ts'
import { changeMessage, lockMessage } from '../change-message.ts'

const { messages } = schema

/**
 * [M3] Removes a message; its children become children of its parent. Active answers to it, and the message itself if it is being
 * generated, are cancelled first. @throws Refusal NOT_FOUND, CONFLICT request-reused
 */
export function deleteMessage(
  deps: UnitOfWorkDeps & EndDeps & { readonly cancels: CancelSignals },
  userId: Id,
  input: z.output<typeof messagesDeleteInput>,
): Promise<z.infer<typeof messagesDeleteOutput>> {
  // An answer whose question is gone would stay queued.
  const cancelActive = (unit: UnitOfWork, id: Id) =>
    cancelGenerations(deps, unit, or(eq(messages.id, id), eq(messages.parentId, id)))
  return changeMessage(deps, userId, 'messages.delete', input, messagesDeleteOutput, async (unit, found, now) => {
    const { tx } = unit
    // Workers lock the generation before the conversation, so this does too.
    await cancelActive(unit, found.id)
    const { conversation, row } = await lockMessage(unit, userId, found)
    const { id, conversationId, parentId } = row
    // Again, for answers that were requested while this waited for the conversation.
    await cancelActive(unit, id)
    await tx
      .update(messages)
      .set({ deletedAt: now, updatedAt: later(conversation.lastEventAt, now) })
      .where(eq(messages.id, id))
    const moved = await moveChildren(unit, { conversationId, ids: [id], parentId })
    await appendRemoval(unit, conversation, { ids: [id], parentId, moved })
    return { messageId: id }
  })
}
