import type { Id } from '@holdfast/shared'
import { useCallback, useEffect } from 'react'
import type { OutgoingMessage } from '../sdk/conversation-store/conversation-store.ts'
import type { OutboxItem } from '../sdk/outbox/outbox-item.ts'
import { useConversationLoan } from './use-conversation-loan.ts'

/**
 * Gives a function that sends a message below the end of what the conversation shows. The function stays the same, and the component is
 * not rendered again when the conversation changes.
 */
export function useSend(conversationId: Id): (message: string | OutgoingMessage) => OutboxItem {
  const loan = useConversationLoan(null, conversationId)
  // The store knows where the conversation ends only while it is open.
  useEffect(() => loan.subscribe(() => {}), [loan])
  return useCallback((message) => loan.store().send(typeof message === 'string' ? { content: message } : message), [loan])
}
