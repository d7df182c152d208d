import type { Id } from '@holdfast/shared'
import { useCallback, useMemo, useSyncExternalStore } from 'react'
import type { HoldfastClient } from '../sdk/client.ts'
import type { BranchOptions, ConversationStore } from '../sdk/conversation-store/conversation-store.ts'
import type { ConversationView } from '../sdk/conversation-store/conversation-view.ts'
import { borrowConversationStore } from './shared-stores.ts'

/**
 * Follows a conversation for as long as the component is mounted. All components that show the same conversation share one store;
 * it stays open for a moment after the last one was unmounted, so that coming back is instant.
 * @param options is read when the store is made.
 */
export function useConversation(
  client: HoldfastClient,
  conversationId: Id,
  options: BranchOptions = {},
): { readonly view: ConversationView; readonly store: ConversationStore } {
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- a later leafId is handled by the same store
  const loan = useMemo(() => borrowConversationStore(client, conversationId, options), [client, conversationId])
  const subscribe = useCallback((listener: () => void) => loan.subscribe(listener), [loan])
  const view = useSyncExternalStore(
    subscribe,
    () => loan.store().getState(),
    () => loan.store().getState(),
  )
  return { view, store: loan.store() }
}
