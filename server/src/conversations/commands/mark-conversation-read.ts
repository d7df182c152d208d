import type { Conversation, conversationsMarkReadInput, Id } from '@holdfast/shared'
import type { z } from 'zod'
import { lockConversation, rowToConversation } from '../../conversation-store/conversation-row.ts'
import { transact, type UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import { appendUpdate } from '../append-update.ts'

/** Marks everything up to `cursor` as read. The mark never moves back, nor past the end of the log. @throws Refusal NOT_FOUND */
export function markConversationRead(
  deps: UnitOfWorkDeps,
  userId: Id,
  input: z.output<typeof conversationsMarkReadInput>,
): Promise<Conversation> {
  return transact(deps, async (unit) => {
    const row = await lockConversation(unit.tx, userId, input.conversationId)
    const readSeq = Math.min(Math.max(row.readSeq, Number(input.cursor)), row.lastSeq)
    const endsUnread = row.endedSeq > row.readSeq && row.endedSeq <= readSeq
    if (!endsUnread) return rowToConversation(row)
    return appendUpdate(unit, row, { readSeq })
  })
}
