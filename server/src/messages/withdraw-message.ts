import { schema } from '@holdfast/drizzle'
import { isActive, messagesWithdrawOutput, type Id, type messagesWithdrawInput } from '@holdfast/shared'
import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { z } from 'zod'
import { rowToConversation, saveConversation } from '../conversations/conversation-row.ts'
import { cancelIdleGeneration, readQueuedBehind, type GenerationRow } from '../generation/end-generation.ts'
import type { UnitOfWork, UnitOfWorkDeps } from '../log/unit-of-work.ts'
import { removeFromIndex } from '../search/index-messages.ts'
import { later, readMessageStatus, type AddMessagesDeps } from './add-messages.ts'
import { change, lockMessage, notEditable } from './change-messages.ts'
import { readSiblings, rowsToMessages, type MessageRow } from './message-row.ts'

const { generations, messages } = schema

/**
 * [R5] Takes back a question whose answer has not begun: it is queued, or was cancelled before its turn. The question and the answer
 * are removed; what was queued behind hangs on the message above and goes on waiting for it. @throws Refusal CONFLICT not-editable
 */
export function withdrawMessage(
  deps: UnitOfWorkDeps & AddMessagesDeps,
  userId: Id,
  input: z.output<typeof messagesWithdrawInput>,
): Promise<z.infer<typeof messagesWithdrawOutput>> {
  return change(deps, userId, 'messages.withdraw', input, messagesWithdrawOutput, async (unit, found, now) => {
    const { tx } = unit
    // The worker's row first, then the conversation's: the order in which workers take them.
    await lockQueuedAnswers(unit, found)
    const { conversation, row } = await lockMessage(unit, userId, found)
    if (row.role !== 'user') throw notEditable('only your own messages can be withdrawn')
    const { conversationId, parentId } = row
    const answers = await tx
      .select()
      .from(messages)
      .where(and(eq(messages.conversationId, conversationId), eq(messages.parentId, row.id), isNull(messages.deletedAt)))
    if (!answers.every(hasNotBegun)) throw notEditable('its answer has begun')
    const queued = await lockQueuedAnswers(unit, row)
    const behind = await Promise.all(answers.map(({ id }) => readQueuedBehind(tx, { conversationId, messageId: id })))
    const goneIds = [row.id, ...answers.map(({ id }) => id)]
    const updatedAt = later(conversation.lastEventAt, now)
    await tx.update(messages).set({ deletedAt: updatedAt, updatedAt }).where(inArray(messages.id, goneIds))
    // Nothing hangs on the answers when they end, so nothing ends with them.
    await tx
      .update(messages)
      .set({ parentId })
      .where(and(eq(messages.conversationId, conversationId), inArray(messages.parentId, goneIds)))
    for (const generation of queued) await cancelIdleGeneration(deps, unit, generation)
    await removeFromIndex(tx, goneIds)
    const siblings = await readSiblings(tx, conversationId, [{ parentId }])
    const siblingIds = siblings.get(parentId) ?? []
    await unit.append(
      conversationId,
      goneIds.map((messageId) => ({ type: 'message-removed', messageId, parentId, siblingIds })),
    )
    const isActiveLeaf = goneIds.includes(conversation.activeMessageId ?? '')
    const saved = await saveConversation(unit, conversationId, {
      messageCount: conversation.messageCount - goneIds.length,
      ...(isActiveLeaf ? { activeMessageId: parentId ?? siblingIds.at(-1) ?? null } : {}),
    })
    await unit.append(conversationId, [{ type: 'conversation-updated', conversation: rowToConversation(saved) }])
    // What it waited for may be over: then it is its turn.
    const above = await readMessageStatus(unit, conversationId, parentId)
    if (above === null || !isActive(above)) {
      for (const generation of behind.flat()) await deps.jobs.enqueue(tx, generation)
    }
    const [message] = await rowsToMessages(tx, conversationId, [row])
    return { messageId: row.id, content: message?.content ?? '' }
  })
}

function hasNotBegun({ status, parts }: MessageRow): boolean {
  return (status === 'queued' || status === 'cancelled') && parts === '[]'
}

/** What waits to answer a question. No worker can begin with it from here on. */
async function lockQueuedAnswers({ tx }: UnitOfWork, question: MessageRow): Promise<GenerationRow[]> {
  const rows = await tx
    .select({ generation: generations })
    .from(generations)
    .innerJoin(messages, eq(messages.id, generations.messageId))
    .where(and(eq(messages.parentId, question.id), eq(generations.status, 'queued')))
    .orderBy(generations.id)
    .for('update', { of: generations })
  return rows.map(({ generation }) => generation)
}
