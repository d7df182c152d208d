import { isContinuable, messagesContinueOutput, type Id, type messagesContinueInput } from '@holdfast/shared'
import type { z } from 'zod'
import { rowsToMessages } from '../../conversation-store/message-row.ts'
import type { UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import { Refusal } from '../../platform/refusal.ts'
import { appendContinuation, type AppendTurnDeps } from '../append-turn.ts'
import { changeMessage, lockMessage } from '../change-message.ts'

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
    const { conversation, row } = await lockMessage(unit, userId, found)
    const [message] = await rowsToMessages(unit.tx, conversation.id, [row])
    if (!message || message.role !== 'assistant' || !isContinuable(message)) throw notContinuable()
    await appendContinuation(deps, unit, { conversation, message, model: message.model ?? conversation.model, now })
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
