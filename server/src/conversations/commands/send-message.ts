import { schema } from '@holdfast/drizzle'
import { messagesSendOutput, type Id, type SendInput } from '@holdfast/shared'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import { lockConversation, type ConversationRow } from '../../conversation-store/conversation-row.ts'
import { transact, type UnitOfWork, type UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import { idTaken, notFound, Refusal } from '../../platform/refusal.ts'
import { appendTurn, type AppendTurnDeps, type Turn, type TurnParent } from '../append-turn.ts'
import { composeQuestion, partsToTitle, type ComposeDeps } from '../compose-question.ts'
import { doOnce } from '../../conversation-store/idempotent-request.ts'

const { conversations } = schema

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
  // Chosen here, so that the answer to a repeat is stored with the first statement.
  const ids = {
    conversationId: input.conversationId ?? uuidv7(),
    userMessageId: input.userMessageId ?? uuidv7(),
    assistantMessageId: input.assistantMessageId ?? uuidv7(),
  }
  return transact(deps, (unit) =>
    doOnce(
      unit.tx,
      { userId, requestId: input.requestId, procedure: 'messages.send', body: input, now, answer: ids },
      messagesSendOutput,
      async () => {
        const parts = await composeQuestion(deps, unit.tx, userId, { content: input.content, fileIds: input.files ?? [] })
        const title = partsToTitle(parts)
        const conversation = await findOrCreateConversation(
          unit,
          userId,
          { ...input, ...ids, isNamed: input.conversationId !== undefined, title },
          now,
        )
        const parentId = input.parentId === undefined ? conversation.activeMessageId : input.parentId
        await appendTurn(deps, unit, {
          conversation,
          now,
          question: { id: ids.userMessageId, parentId, parts },
          answerId: ids.assistantMessageId,
          model: input.model,
          utcOffsetMinutes: input.utcOffsetMinutes,
          checkParent: (parent) => {
            if (parentId !== null) checkParent(parent)
          },
          announced: toAnnounced(conversation, title),
        })
        const { conversationId, assistantMessageId: messageId } = ids
        const { requestId } = input
        unit.afterCommit(() =>
          deps.logger.info({ event: 'message-sent', requestId, conversationId, messageId }, 'a message was sent'),
        )
        return ids
      },
    ),
  )
}

async function findOrCreateConversation(
  unit: UnitOfWork,
  userId: Id,
  input: SendInput & { readonly title: string; readonly conversationId: Id; readonly isNamed: boolean },
  now: Date,
): Promise<ConversationRow> {
  const { conversationId } = input
  if (input.isNamed && !input.create) return lockConversation(unit.tx, userId, conversationId)
  const [created] = await unit.tx
    .insert(conversations)
    .values({
      id: conversationId,
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
    return await lockConversation(unit.tx, userId, conversationId)
  } catch (error) {
    // Another user's, or in the trash: either way the id is taken.
    if (error instanceof Refusal && error.code === 'NOT_FOUND') throw idTaken('conversationId')
    throw error
  }
}

/** @throws Refusal NOT_FOUND, CONFLICT stale-parent */
function checkParent(parent: TurnParent | null): void {
  if (!parent) throw notFound('Message')
  if (parent.deletedAt === null) return
  const message = 'this message was deleted in the meantime'
  throw new Refusal('CONFLICT', `parentId: ${message}`, { reason: 'stale-parent', issues: [{ path: 'parentId', message }] })
}

/** Titles a conversation after its first message until the model or the user names it. */
function toAnnounced({ titleSource, lastSeq }: ConversationRow, title: string): Turn['announced'] {
  if (titleSource === 'default') return { title, titleSource: 'words' }
  return lastSeq === 0 ? {} : undefined
}
