import { schema } from '@holdfast/drizzle'
import {
  isContinuable,
  messagesContinueOutput,
  messagesDeleteOutput,
  messagesEditOutput,
  messagesRegenerateOutput,
  type Id,
  type messagesContinueInput,
  type messagesDeleteInput,
  type messagesEditInput,
  type messagesRegenerateInput,
} from '@holdfast/shared'
import { and, eq, inArray, or } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import { lockConversation, rowToConversation, saveConversation, type ConversationRow } from '../conversations/conversation-row.ts'
import type { CancelSignals } from '../generation/cancel-signals.ts'
import { endWithoutWorker } from '../generation/end-generation.ts'
import { transact, type UnitOfWork, type UnitOfWorkDeps } from '../log/unit-of-work.ts'
import { notFound, Refusal } from '../refusal.ts'
import { removeFromIndex } from '../search/index-messages.ts'
import { addTurn, later, type AddMessagesDeps } from './add-messages.ts'
import { doOnce } from './idempotent-request.ts'
import { checkMessageLimit } from './message-limit.ts'
import { readSiblings, rowsToMessages, type MessageRow } from './message-row.ts'
import { readMessageRow } from './read-path.ts'

const { generations, messages } = schema

type Deps = UnitOfWorkDeps & AddMessagesDeps
type StopDeps = Deps & { readonly cancels: CancelSignals }

/** A further answer to the same question, as a sibling. Stops nothing. @throws Refusal as `send`, CONFLICT not-editable */
export function regenerateMessage(
  deps: Deps,
  userId: Id,
  input: z.output<typeof messagesRegenerateInput>,
): Promise<z.infer<typeof messagesRegenerateOutput>> {
  return change(deps, userId, 'messages.regenerate', input, messagesRegenerateOutput, async (unit, found, now) => {
    const { conversation, row } = await lockMessage(unit, userId, found)
    if (row.role !== 'assistant' || row.parentId === null) throw notEditable('only an answer can be written again')
    const [question] = await unit.tx.select().from(messages).where(eq(messages.id, row.parentId))
    if (!question) throw notFound('Message')
    if (question.role !== 'user') throw notEditable('the question of this answer was deleted')
    const { assistantMessageId } = await addTurn(deps, unit, {
      conversation,
      now,
      question: { existingId: question.id, parentId: question.parentId },
      answerId: undefined,
      model: input.model,
      utcOffsetMinutes: input.utcOffsetMinutes,
    })
    return { assistantMessageId }
  })
}

/** The question in other words, as a sibling, and its answer. Nothing that was said is lost. @throws Refusal as `send`, CONFLICT not-editable */
export function editMessage(
  deps: Deps,
  userId: Id,
  input: z.output<typeof messagesEditInput>,
): Promise<z.infer<typeof messagesEditOutput>> {
  return change(deps, userId, 'messages.edit', input, messagesEditOutput, async (unit, found, now) => {
    const { conversation, row } = await lockMessage(unit, userId, found)
    if (row.role !== 'user') throw notEditable('only your own messages can be edited')
    const { userMessageId, assistantMessageId } = await addTurn(deps, unit, {
      conversation,
      now,
      question: { id: undefined, parentId: row.parentId, content: input.content },
      answerId: undefined,
      model: undefined,
      utcOffsetMinutes: input.utcOffsetMinutes,
    })
    return { userMessageId, assistantMessageId }
  })
}

/** An answer that stopped early goes on: the same message, a new generation. @throws Refusal CONFLICT not-continuable */
export function continueMessage(
  deps: Deps,
  userId: Id,
  input: z.output<typeof messagesContinueInput>,
): Promise<z.infer<typeof messagesContinueOutput>> {
  return change(deps, userId, 'messages.continue', input, messagesContinueOutput, async (unit, found, now) => {
    const { tx } = unit
    const { conversation, row } = await lockMessage(unit, userId, found)
    const [message] = await rowsToMessages(tx, conversation.id, [row])
    if (!message || message.role !== 'assistant' || !isContinuable(message)) {
      throw new Refusal('CONFLICT', 'messageId: this message has nothing to go on from', {
        reason: 'not-continuable',
        issues: [{ path: 'messageId', message: 'this message has nothing to go on from' }],
      })
    }
    await checkMessageLimit(tx, { userId, messagesPerMinute: deps.config.messagesPerMinute, now })
    const generation = {
      id: uuidv7(),
      conversationId: conversation.id,
      messageId: message.id,
      userId,
      model: message.model ?? conversation.model ?? deps.models.defaultModel,
      continues: true,
      createdAt: now,
    }
    await tx.insert(generations).values(generation)
    const [queued] = await unit.append(
      conversation.id,
      [{ type: 'generation-queued', messageId: message.id, message }],
      generation.id,
    )
    await tx
      .update(messages)
      .set({ status: 'queued', error: null, updatedAt: new Date(queued?.at ?? now) })
      .where(eq(messages.id, message.id))
    await saveConversation(unit, conversation.id, {})
    await deps.jobs.enqueue(tx, generation)
    return { assistantMessageId: message.id }
  })
}

/** [M3] Removes a message; what hangs on it hangs on its parent from then on. A running answer is cancelled first. */
export function deleteMessage(
  deps: StopDeps,
  userId: Id,
  input: z.output<typeof messagesDeleteInput>,
): Promise<z.infer<typeof messagesDeleteOutput>> {
  return change(deps, userId, 'messages.delete', input, messagesDeleteOutput, async (unit, found, now) => {
    const { tx } = unit
    // The worker's row first, then the conversation's: the order in which workers take them.
    await cancelActiveGenerations(deps, unit, found)
    const { conversation, row } = await lockMessage(unit, userId, found)
    // What was asked for while this waited for the conversation.
    await cancelActiveGenerations(deps, unit, row)
    const { id, conversationId, parentId } = row
    const isActiveLeaf = conversation.activeMessageId === id
    await tx
      .update(messages)
      .set({ deletedAt: now, updatedAt: later(conversation.lastEventAt, now) })
      .where(eq(messages.id, id))
    await removeFromIndex(tx, [id])
    await tx
      .update(messages)
      .set({ parentId })
      .where(and(eq(messages.conversationId, conversationId), eq(messages.parentId, id)))
    const siblings = await readSiblings(tx, conversationId, [{ parentId }])
    const siblingIds = siblings.get(parentId) ?? []
    await unit.append(conversationId, [{ type: 'message-removed', messageId: id, parentId, siblingIds }])
    const saved = await saveConversation(unit, conversationId, {
      messageCount: conversation.messageCount - 1,
      ...(isActiveLeaf ? { activeMessageId: parentId ?? siblingIds.at(-1) ?? null } : {}),
    })
    await unit.append(conversationId, [{ type: 'conversation-updated', conversation: rowToConversation(saved) }])
    return { messageId: id }
  })
}

/** The message as it is once nobody else changes its conversation any more. @throws Refusal NOT_FOUND when it was deleted meanwhile */
export async function lockMessage(
  unit: UnitOfWork,
  userId: Id,
  found: MessageRow,
): Promise<{ conversation: ConversationRow; row: MessageRow }> {
  const conversation = await lockConversation(unit.tx, userId, found.conversationId)
  return { conversation, row: await readMessageRow(unit.tx, userId, found.id) }
}

/** What is being written for the message itself, or as an answer to it: an answer to nothing would wait for ever. */
async function cancelActiveGenerations(deps: StopDeps, unit: UnitOfWork, row: MessageRow): Promise<void> {
  const active = await unit.tx
    .select({ generation: generations })
    .from(generations)
    .innerJoin(messages, eq(messages.id, generations.messageId))
    .where(
      and(
        or(eq(messages.id, row.id), eq(messages.parentId, row.id)),
        inArray(generations.status, ['queued', 'generating', 'waiting']),
      ),
    )
    .orderBy(generations.id)
    .for('update', { of: generations })
  for (const { generation } of active) {
    const [current] = await unit.tx.select().from(generations).where(eq(generations.id, generation.id))
    // Ending one also ends those that are queued behind it.
    if (current && current.endedAt === null) await endWithoutWorker(deps, unit, current)
  }
}

export function notEditable(message: string): Refusal {
  return new Refusal('CONFLICT', `messageId: ${message}`, {
    reason: 'not-editable',
    issues: [{ path: 'messageId', message }],
  })
}

/** Changes a message once per request. @throws Refusal NOT_FOUND when it is not the user's */
export function change<Answer extends z.ZodType, Input extends { requestId: Id; messageId: Id }>(
  deps: Deps,
  userId: Id,
  procedure: string,
  input: Input,
  answerSchema: Answer,
  work: (unit: UnitOfWork, row: MessageRow, now: Date) => Promise<z.input<Answer>>,
): Promise<z.output<Answer>> {
  const now = deps.clock.now()
  return transact(deps, (unit) =>
    doOnce(unit.tx, { userId, requestId: input.requestId, procedure, body: input, now }, answerSchema, async () =>
      work(unit, await readMessageRow(unit.tx, userId, input.messageId), now),
    ),
  )
}
