import { schema } from '@holdfast/drizzle'
import { messagesRegenerateOutput, type Id, type messagesRegenerateInput } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import { notFound } from '../../platform/refusal.ts'
import { appendTurn, type AppendTurnDeps } from '../append-turn.ts'
import { changeMessage, lockMessage, notEditable } from '../change-message.ts'

const { messages } = schema

/**
 * Adds another answer to the same question, as a sibling. Running answers are not stopped.
 * @throws Refusal as `send`, CONFLICT not-editable
 */
export function regenerateMessage(
  deps: UnitOfWorkDeps & AppendTurnDeps,
  userId: Id,
  input: z.output<typeof messagesRegenerateInput>,
): Promise<z.infer<typeof messagesRegenerateOutput>> {
  return changeMessage(deps, userId, 'messages.regenerate', input, messagesRegenerateOutput, async (unit, found, now) => {
    const { conversation, row } = await lockMessage(unit, userId, found)
    if (row.role !== 'assistant' || row.parentId === null) throw notEditable('only an answer can be regenerated')
    const [question] = await unit.tx.select().from(messages).where(eq(messages.id, row.parentId))
    if (!question) throw notFound('Message')
    if (question.role !== 'user') throw notEditable('the question of this answer was deleted')
    const { assistantMessageId } = await appendTurn(deps, unit, {
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
