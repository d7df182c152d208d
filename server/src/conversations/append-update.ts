import type { schema } from '@holdfast/drizzle'
import type { Conversation } from '@holdfast/shared'
import { rowToConversation, saveConversation, type ConversationRow } from '../conversation-store/conversation-row.ts'
import type { UnitOfWork } from '../event-log/unit-of-work.ts'

/** Writes columns of a conversation whose lock is held; appends `conversation-updated` if readers can see the difference. */
export async function appendUpdate(
  unit: UnitOfWork,
  row: ConversationRow,
  changes: Partial<typeof schema.conversations.$inferInsert>,
): Promise<Conversation> {
  const before = rowToConversation(row)
  const conversation = rowToConversation(await saveConversation(unit, row.id, changes))
  if (JSON.stringify(conversation) !== JSON.stringify(before)) {
    await unit.append(row.id, [{ type: 'conversation-updated', conversation }])
  }
  return conversation
}
