import { schema } from '@holdfast/drizzle'
import { isContinuable, messagesContinueOutput, type Id, type messagesContinueInput } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import { refreshActivity } from '../../conversation-store/conversation-row.ts'
import { rowsToMessages } from '../../conversation-store/message-row.ts'
import type { UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import { chooseModel } from '../../models/model-directory.ts'
import { Refusal } from '../../platform/refusal.ts'
import { recordSend, type AppendTurnDeps } from '../append-turn.ts'
import { changeMessage, lockMessage } from '../change-message.ts'
import { checkQuestion } from '../../limits/check-question.ts'

const { generations, messages } = schema

/**
 * Continues an answer that stopped early: the same message gets a new generation.
 * @throws Refusal NOT_FOUND, CONFLICT not-continuable | request-reused, TOO_MANY_REQUESTS
 */
export function continueMessage(
  deps: UnitOfWorkDeps & AppendTurnDeps,
  userId: Id,
  input: z.output<typeof messagesContinueInput>,
): Promise<z.infer<typeof messagesContinueOutput>> {
  return changeMessage(deps, userId, 'messages.continue', input, messagesContinueOutput, async (unit, found, now) => {
    const { tx } = unit
    const { conversation, row } = await lockMessage(unit, userId, found)
    const [message] = await rowsToMessages(tx, conversation.id, [row])
    if (!message || message.role !== 'assistant' || !isContinuable(message)) throw notContinuable()
    const { active } = await checkQuestion(deps, tx, { userId, now })
    const generation = {
      id: uuidv7(),
      conversationId: conversation.id,
      messageId: message.id,
      userId,
      model: chooseModel(deps.models.forUser(userId), message.model ?? conversation.model),
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
    await refreshActivity(unit, conversation.id)
    await deps.jobs.enqueue(tx, generation, active)
    recordSend(deps, unit, generation)
    return { assistantMessageId: message.id }
  })
}

function notContinuable(): Refusal {
  const message = 'this message cannot be continued'
  return new Refusal('CONFLICT', `messageId: ${message}`, {
    reason: 'not-continuable',
    issues: [{ path: 'messageId', message }],
  })
}
