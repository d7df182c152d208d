import { schema } from '@holdfast/drizzle'
import {
  firstWords,
  maxTitleFromWordsLength,
  messagesSendOutput,
  type Id,
  type MessageStatus,
  type SendInput,
} from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import { lockConversation, rowToConversation, saveConversation, type ConversationRow } from '../conversations/conversation-row.ts'
import { transact, type UnitOfWork, type UnitOfWorkDeps } from '../log/unit-of-work.ts'
import { notFound, Refusal } from '../refusal.ts'
import { addTurn, idTaken, type AddMessagesDeps } from './add-messages.ts'
import { doOnce } from './idempotent-request.ts'

const { conversations, messages } = schema

/**
 * Stores a user's message, the place of its answer and the job that writes it, in one transaction. A repeat of the `requestId` gives
 * the same ids. @throws Refusal NOT_FOUND, CONFLICT request-reused | id-taken | stale-parent, TOO_MANY_REQUESTS
 */
export function sendMessage(
  deps: UnitOfWorkDeps & AddMessagesDeps,
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
        const conversation = await findOrCreateConversation(unit, userId, input, now)
        const parentId = input.parentId === undefined ? conversation.activeMessageId : input.parentId
        const parentStatus = parentId === null ? null : await readParentStatus(unit, conversation.id, parentId)
        const turn = await addTurn(deps, unit, {
          conversation,
          now,
          question: { id: input.userMessageId, parentId, content: input.content },
          answerId: input.assistantMessageId,
          model: input.model,
          utcOffsetMinutes: input.utcOffsetMinutes,
          parentStatus,
        })
        const isFirst = conversation.lastSeq === 0
        const named = await nameAfterFirstMessage(unit, turn.conversation, input.content)
        // Who replays the log from its start learns from it what the conversation is.
        if (named || isFirst) await tellConversation(unit, named ?? turn.conversation)
        const { userMessageId, assistantMessageId } = turn
        const ids = { requestId: input.requestId, conversationId: conversation.id, messageId: assistantMessageId }
        unit.afterCommit(() => deps.logger.info({ event: 'message-sent', ...ids }, 'a message was sent'))
        return { conversationId: conversation.id, userMessageId, assistantMessageId }
      },
    ),
  )
}

async function findOrCreateConversation(unit: UnitOfWork, userId: Id, input: SendInput, now: Date): Promise<ConversationRow> {
  const { conversationId } = input
  if (conversationId !== undefined && !input.create) return lockConversation(unit.tx, userId, conversationId)
  const [created] = await unit.tx
    .insert(conversations)
    .values({
      id: conversationId ?? uuidv7(),
      userId,
      title: firstWords(input.content, maxTitleFromWordsLength),
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
    // Another user's, or in the trash: either way it cannot be made.
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
    throw new Refusal('CONFLICT', 'parentId: this message was deleted meanwhile', {
      reason: 'stale-parent',
      issues: [{ path: 'parentId', message: 'this message was deleted meanwhile' }],
    })
  }
  return parent.status
}

/** Until a model or a person names it, a conversation is called by the first words said in it. Null: it has its name. */
async function nameAfterFirstMessage(
  unit: UnitOfWork,
  conversation: ConversationRow,
  content: string,
): Promise<ConversationRow | null> {
  if (conversation.titleSource !== 'default') return null
  const title = firstWords(content, maxTitleFromWordsLength)
  return saveConversation(unit, conversation.id, { title, titleSource: 'words' })
}

async function tellConversation(unit: UnitOfWork, conversation: ConversationRow): Promise<void> {
  await unit.append(conversation.id, [{ type: 'conversation-updated', conversation: rowToConversation(conversation) }])
}
