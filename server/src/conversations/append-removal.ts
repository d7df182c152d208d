import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { inArray } from 'drizzle-orm'
import { rowToConversation, saveConversation, type ConversationRow } from '../conversation-store/conversation-row.ts'
import { removeFromIndex } from '../conversation-store/index-messages.ts'
import { readSiblings } from '../conversation-store/message-row.ts'
import type { UnitOfWork } from '../event-log/unit-of-work.ts'

const { messageFiles } = schema

/**
 * [M3] Records that messages were removed, whose rows are marked as deleted and whose children have been moved to `parentId`: search
 * index, events, message count, and the active branch if it ended in one of them. The conversation's lock is held.
 */
export async function appendRemoval(
  unit: UnitOfWork,
  conversation: ConversationRow,
  removed: { readonly ids: readonly Id[]; readonly parentId: Id | null },
): Promise<void> {
  const { ids, parentId } = removed
  await removeFromIndex(unit.tx, ids)
  await unit.tx.delete(messageFiles).where(inArray(messageFiles.messageId, [...ids]))
  const siblings = await readSiblings(unit.tx, conversation.id, [{ parentId }])
  const siblingIds = siblings.get(parentId) ?? []
  await unit.append(
    conversation.id,
    ids.map((messageId) => ({ type: 'message-removed', messageId, parentId, siblingIds })),
  )
  const isActiveLeaf = ids.includes(conversation.activeMessageId ?? '')
  const saved = await saveConversation(unit, conversation.id, {
    messageCount: conversation.messageCount - ids.length,
    ...(isActiveLeaf ? { activeMessageId: parentId ?? siblingIds.at(-1) ?? null } : {}),
  })
  await unit.append(conversation.id, [{ type: 'conversation-updated', conversation: rowToConversation(saved) }])
}
