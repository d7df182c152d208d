import { schema } from '@holdfast/drizzle'
import { messagesSendOutput, type Id, type MessageStatus, type SendInput } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import {
  lockConversation,
  rowToConversation,
  saveConversation,
  type ConversationRow,
} from '../../conversation-store/conversation-row.ts'
import { transact, type UnitOfWork, type UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import { idTaken, notFound, Refusal } from '../../platform/refusal.ts'
import { appendTurn, type AppendTurnDeps } from '../append-turn.ts'
import { composeQuestion, partsToTitle, type ComposeDeps } from '../compose-question.ts'
import { doOnce } from '../../conversation-store/idempotent-request.ts'

const { conversations, messages } = schema

/**
 * Stores a user's message, its empty answer and the job that generates it, in one transaction. A repeat of the `requestId` gives the
 * same ids. @throws Refusal NOT_FOUND, CONFLICT request-reused | id-taken | stale-parent, TOO_MANY_REQUESTS
 */
export function sendMessage(
  deps: UnitOfWorkDeps & AppendTurnDeps & ComposeDeps,
  userId: Id,
  input: SendInput,
): Promise<z.infer<typeof messagesSendOutput>> {
  const now = deps.clock.now()
  return transact(deps, (unit) =>
    doOnce(
      unit.tx,
      { userId, requestId: input.requestId, procedure: 'messages.send', body: input, now },
      messagesSendOutput,
      async () => {
        const parts = await composeQuestion(deps, unit.tx, userId, { content: input.content, fileIds: input.files ?? [] })
        const title = partsToTitle(parts)
        const conversation = await findOrCreateConversation(unit, userId, { ...input, title }, now)
        const parentId = input.parentId === undefined ? conversation.activeMessageId : input.parentId
        const parentStatus = parentId === null ? null : await readParentStatus(unit, conversation.id, parentId)
        const turn = await appendTurn(deps, unit, {
          conversation,
          now,
          question: { id: input.userMessageId, parentId, parts },
          answerId: input.assistantMessageId,
          model: input.model,
          utcOffsetMinutes: input.utcOffsetMinutes,
          parentStatus,
        })
        const isFirst = conversation.lastSeq === 0
        const named = await nameAfterFirstMessage(unit, turn.conversation, title)
        // The log says what the conversation is, so that replaying it from the start is enough.
        if (named || isFirst) {
          const saved = rowToConversation(named ?? turn.conversation)
          await unit.append(conversation.id, [{ type: 'conversation-updated', conversation: saved }])
        }
        const { userMessageId, assistantMessageId } = turn
        const ids = { requestId: input.requestId, conversationId: conversation.id, messageId: assistantMessageId }
        unit.afterCommit(() => deps.logger.info({ event: 'message-sent', ...ids }, 'a message was sent'))
        return { conversationId: conversation.id, userMessageId, assistantMessageId }
      },
    ),
  )
}

async function findOrCreateConversation(
  unit: UnitOfWork,
  userId: Id,
  input: SendInput & { readonly title: string },
  now: Date,
): Promise<ConversationRow> {
  const { conversationId } = input
  if (conversationId !== undefined && !input.create) return lockConversation(unit.tx, userId, conversationId)
  const [created] = await unit.tx
    .insert(conversations)
    .values({
      id: conversationId ?? uuidv7(),
      userId,
      title: input.title,
      titleSource: 'words',
      model: input.model ?? null,
      lastEventAt: now,
      createdAt: now,
      updatedAt: now,
    })
    .onConflictDoNothing({ target: conversations.id })
    .returning()
  if (created) return created
  try {
    return await lockConversation(unit.tx, userId, conversationId ?? '')
  } catch (error) {
    // Another user's, or in the trash: either way the id is taken.
    if (error instanceof Refusal && error.code === 'NOT_FOUND') throw idTaken('conversationId')
    throw error
  }
}

/** @throws Refusal NOT_FOUND, CONFLICT stale-parent */
async function readParentStatus(unit: UnitOfWork, conversationId: Id, parentId: Id): Promise<MessageStatus> {
  const [parent] = await unit.tx
    .select({ deletedAt: messages.deletedAt, status: messages.status })
    .from(messages)
    .where(and(eq(messages.conversationId, conversationId), eq(messages.id, parentId)))
  if (!parent) throw notFound('Message')
  if (parent.deletedAt !== null) {
    const message = 'this message was deleted in the meantime'
    throw new Refusal('CONFLICT', `parentId: ${message}`, { reason: 'stale-parent', issues: [{ path: 'parentId', message }] })
  }
  return parent.status
}

/** Titles a conversation after its first message until the model or the user names it. Null: it already has a title. */
async function nameAfterFirstMessage(
  unit: UnitOfWork,
  conversation: ConversationRow,
  title: string,
): Promise<ConversationRow | null> {
  if (conversation.titleSource !== 'default') return null
  return saveConversation(unit, conversation.id, { title, titleSource: 'words' })
}
