import type { Id } from '@holdfast/shared'
import type { z } from 'zod'
import { lockConversation, type ConversationRow } from '../conversation-store/conversation-row.ts'
import { doOnce } from '../conversation-store/idempotent-request.ts'
import type { MessageRow } from '../conversation-store/message-row.ts'
import { readMessageRow } from '../conversation-store/read-path.ts'
import { transact, type UnitOfWork, type UnitOfWorkDeps } from '../event-log/unit-of-work.ts'
import { Refusal } from '../platform/refusal.ts'

/**
 * Changes a message in one transaction, at most once per `requestId`.
 * @throws Refusal NOT_FOUND when the message is not the user's, CONFLICT request-reused
 */
export function changeMessage<Answer extends z.ZodType, Input extends { requestId: Id; messageId: Id }>(
  deps: UnitOfWorkDeps,
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

/** Locks the conversation, then reads the message again. @throws Refusal NOT_FOUND when it was deleted in the meantime */
export async function lockMessage(
  unit: UnitOfWork,
  userId: Id,
  found: MessageRow,
): Promise<{ conversation: ConversationRow; row: MessageRow }> {
  const conversation = await lockConversation(unit.tx, userId, found.conversationId)
  return { conversation, row: await readMessageRow(unit.tx, userId, found.id) }
}

export function notEditable(message: string): Refusal {
  return new Refusal('CONFLICT', `messageId: ${message}`, {
    reason: 'not-editable',
    issues: [{ path: 'messageId', message }],
  })
}
