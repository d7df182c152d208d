import { messagesEditOutput, type Id, type messagesEditInput } from '@holdfast/shared'
import type { z } from 'zod'
import type { UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import { appendTurn, type AppendTurnDeps } from '../append-turn.ts'
import { composeQuestion, partsToFileIds, type ComposeDeps } from '../compose-question.ts'
import { rowsToMessages } from '../../conversation-store/message-row.ts'
import { badField } from '../../platform/refusal.ts'
import { changeMessage, lockMessage, notEditable } from '../change-message.ts'

/**
 * Adds the question in other words as a sibling, with an answer of its own. The original and its answers are kept. Without `files` the
 * new question has those of the original.
 * @throws Refusal as `send`, CONFLICT not-editable
 */
export function editMessage(
  deps: UnitOfWorkDeps & AppendTurnDeps & ComposeDeps,
  userId: Id,
  input: z.output<typeof messagesEditInput>,
): Promise<z.infer<typeof messagesEditOutput>> {
  return changeMessage(deps, userId, 'messages.edit', input, messagesEditOutput, async (unit, found, now) => {
    const { conversation, row } = await lockMessage(unit, userId, found)
    if (row.role !== 'user') throw notEditable('only your own messages can be edited')
    const [original] = await rowsToMessages(unit.tx, conversation.id, [row])
    const fileIds = input.files ?? partsToFileIds(original?.parts ?? [])
    if (input.content === '' && fileIds.length === 0) throw badField('content', 'must not be blank')
    const parts = await composeQuestion(deps, unit.tx, userId, { content: input.content, fileIds })
    const { userMessageId, assistantMessageId } = await appendTurn(deps, unit, {
      conversation,
      now,
      question: { id: undefined, parentId: row.parentId, parts },
      answerId: undefined,
      model: undefined,
      utcOffsetMinutes: input.utcOffsetMinutes,
    })
    return { userMessageId, assistantMessageId }
  })
}
