import { schema } from '@holdfast/drizzle'
import { isActive, messagesWithdrawOutput, type Id, type MessageStatus, type messagesWithdrawInput } from '@holdfast/shared'
import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { z } from 'zod'
import { rowsToMessages, type MessageRow } from '../../conversation-store/message-row.ts'
import type { UnitOfWork, UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import { cancelIdleGeneration, readQueuedBehind, type EndDeps } from '../../generation/ending/end-generation.ts'
import type { GenerationRow } from '../../generation/store/generation-row.ts'
import type { Database } from '../../platform/database/database.ts'
import { appendRemoval, moveChildren } from '../append-removal.ts'
import { later } from '../append-turn.ts'
import { changeMessage, lockMessage, notEditable } from '../change-message.ts'

const { generations, messages } = schema

/**
 * [R5] Takes back a question whose answer has not started: it is queued, or was cancelled while queued. The question and its answers are
 * removed; what was queued behind them moves up to the message above. @throws Refusal CONFLICT not-editable
 */
export async function withdrawMessage(
  deps: UnitOfWorkDeps & EndDeps,
  userId: Id,
  input: z.output<typeof messagesWithdrawInput>,
): Promise<z.infer<typeof messagesWithdrawOutput>> {
  // The answer that is kept for repeats holds no text: it outlives the conversation.
  const answerSchema = messagesWithdrawOutput.pick({ messageId: true })
  const { messageId } = await changeMessage(deps, userId, 'messages.withdraw', input, answerSchema, async (unit, found, now) => {
    const { tx } = unit
    // Workers lock the generation before the conversation, so this does too.
    await lockQueuedAnswers(unit, found)
    const { conversation, row } = await lockMessage(unit, userId, found)
    if (row.role !== 'user') throw notEditable('only your own messages can be withdrawn')
    const { conversationId, parentId } = row
    const answers = await tx
      .select()
      .from(messages)
      .where(and(eq(messages.conversationId, conversationId), eq(messages.parentId, row.id), isNull(messages.deletedAt)))
    if (!answers.every(hasNotStarted)) throw notEditable('its answer has already started')
    const queued = await lockQueuedAnswers(unit, row)
    const behind = await Promise.all(answers.map(({ id }) => readQueuedBehind(tx, { conversationId, messageId: id })))
    const removedIds = [row.id, ...answers.map(({ id }) => id)]
    const updatedAt = later(conversation.lastEventAt, now)
    await tx.update(messages).set({ deletedAt: updatedAt, updatedAt }).where(inArray(messages.id, removedIds))
    // Before the answers end, so that what is queued behind them is not cancelled with them.
    const moved = await moveChildren(unit, { conversationId, ids: removedIds, parentId })
    for (const generation of queued) await cancelIdleGeneration(deps, unit, generation)
    await appendRemoval(unit, conversation, { ids: removedIds, parentId, moved })
    const above = await readMessageStatus(unit, conversationId, parentId)
    // The message above may have ended already: nothing else would start what was queued behind.
    if (above === null || !isActive(above)) {
      for (const generation of behind.flat()) await deps.jobs.enqueue(tx, generation)
    }
    return { messageId: row.id }
  })
  return { messageId, ...(await readWithdrawnContent(deps.database, messageId)) }
}

async function readWithdrawnContent(
  { queries }: Database,
  messageId: Id,
): Promise<Omit<z.infer<typeof messagesWithdrawOutput>, 'messageId'>> {
  const [row] = await queries.select().from(messages).where(eq(messages.id, messageId))
  const [message] = row ? await rowsToMessages(queries, row.conversationId, [row]) : []
  const files = (message?.parts ?? []).filter((part) => part.type === 'file')
  return { content: message?.content ?? '', ...(files.length === 0 ? {} : { files }) }
}

/** The status of a message; null if there is none. */
async function readMessageStatus(unit: UnitOfWork, conversationId: Id, messageId: Id | null): Promise<MessageStatus | null> {
  if (messageId === null) return null
  const [row] = await unit.tx
    .select({ status: messages.status })
    .from(messages)
    .where(and(eq(messages.conversationId, conversationId), eq(messages.id, messageId)))
  return row?.status ?? null
}

function hasNotStarted({ status, parts }: MessageRow): boolean {
  return (status === 'queued' || status === 'cancelled') && parts === '[]'
}

/** The queued answers to a question; while they are locked no worker can start one. */
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
