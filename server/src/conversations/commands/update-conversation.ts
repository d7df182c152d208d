import { schema } from '@holdfast/drizzle'
import { mergeParameters, type Conversation, type conversationsUpdateInput, type Id } from '@holdfast/shared'
import { and, eq, isNull } from 'drizzle-orm'
import type { z } from 'zod'
import { lockConversation } from '../../conversation-store/conversation-row.ts'
import { transact, type UnitOfWork, type UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import { notFound } from '../../platform/refusal.ts'
import { appendUpdate } from '../append-update.ts'

const { messages } = schema

/** Changes the given fields. A title given here is never replaced by a generated one. @throws Refusal NOT_FOUND */
export function updateConversation(
  deps: UnitOfWorkDeps,
  userId: Id,
  input: z.output<typeof conversationsUpdateInput>,
): Promise<Conversation> {
  return transact(deps, async (unit) => {
    const row = await lockConversation(unit.tx, userId, input.conversationId)
    const { title, model, instructions, parameters, pinned, archived, activeMessageId } = input
    if (activeMessageId !== undefined) await checkIsMessage(unit, row.id, activeMessageId)
    return appendUpdate(unit, row, {
      ...(title === undefined ? {} : { title, titleSource: 'user' }),
      ...(model === undefined ? {} : { model }),
      ...(instructions === undefined ? {} : { instructions }),
      ...(parameters === undefined ? {} : { parameters: mergeParameters(parameters) }),
      ...(pinned === undefined ? {} : { pinned }),
      ...(archived === undefined ? {} : { archived }),
      ...(activeMessageId === undefined ? {} : { activeMessageId }),
    })
  })
}

async function checkIsMessage(unit: UnitOfWork, conversationId: Id, messageId: Id): Promise<void> {
  const [message] = await unit.tx
    .select({ id: messages.id })
    .from(messages)
    .where(and(eq(messages.conversationId, conversationId), eq(messages.id, messageId), isNull(messages.deletedAt)))
  if (!message) throw notFound('Message')
}
