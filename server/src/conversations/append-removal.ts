import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { and, eq, inArray } from 'drizzle-orm'
import { rowToConversation, saveConversation, type ConversationRow } from '../conversation-store/conversation-row.ts'
import { removeFromIndex } from '../conversation-store/index-messages.ts'
import { readSiblings } from '../conversation-store/message-row.ts'
import type { UnitOfWork } from '../event-log/unit-of-work.ts'

const { messageFiles, messages } = schema

/** A message that hangs on another one since its parent was removed. */
export interface MovedMessage {
  readonly id: Id
  readonly oldParentId: Id
}

/** [M3] Hangs the children of removed messages on `parentId`, also those that were removed before: their place is known when they were there. */
export async function moveChildren(
  { tx }: UnitOfWork,
  removed: { readonly conversationId: Id; readonly ids: readonly Id[]; readonly parentId: Id | null },
): Promise<MovedMessage[]> {
  const { conversationId, ids, parentId } = removed
  const isChild = and(eq(messages.conversationId, conversationId), inArray(messages.parentId, [...ids]))
  const children = await tx.select({ id: messages.id, oldParentId: messages.parentId }).from(messages).where(isChild)
  if (children.length > 0) await tx.update(messages).set({ parentId }).where(isChild)
  return children.flatMap(({ id, oldParentId }) => (oldParentId === null ? [] : [{ id, oldParentId }]))
}

/**
 * [M3] Records that messages were removed, whose rows are marked as deleted and whose children have been moved to `parentId`: search
 * index, events, message count, and the active branch if it ended in one of them. The conversation's lock is held.
 */
export async function appendRemoval(
  unit: UnitOfWork,
  conversation: ConversationRow,
  removed: { readonly ids: readonly Id[]; readonly parentId: Id | null; readonly moved: readonly MovedMessage[] },
): Promise<void> {
  const { ids, parentId, moved } = removed
  await removeFromIndex(unit.tx, ids)
  await unit.tx.delete(messageFiles).where(inArray(messageFiles.messageId, [...ids]))
  const siblings = await readSiblings(unit.tx, conversation.id, [{ parentId }])
  const siblingIds = siblings.get(parentId) ?? []
  await unit.append(
    conversation.id,
    ids.map((messageId) => {
      const childIds = moved.flatMap(({ id, oldParentId }) => (oldParentId === messageId ? id : []))
      return { type: 'message-removed', messageId, parentId, siblingIds, childIds }
    }),
  )
  const isActiveLeaf = ids.includes(conversation.activeMessageId ?? '')
  const saved = await saveConversation(unit, conversation.id, {
    messageCount: conversation.messageCount - ids.length,
    ...(isActiveLeaf ? { activeMessageId: parentId ?? siblingIds.at(-1) ?? null } : {}),
  })
  await unit.append(conversation.id, [{ type: 'conversation-updated', conversation: rowToConversation(saved) }])
}
