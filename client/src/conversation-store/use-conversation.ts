import type { Id } from '@holdfast/shared'
import { useCallback, useMemo, useSyncExternalStore } from 'react'
import type { HoldfastClient } from '../transport/client.ts'
import type { BranchOptions, ConversationStore } from './conversation-store.ts'
import type { ConversationView } from './conversation-view.ts'
import { borrowConversationStore } from './shared-stores.ts'

/**
 * Follows a conversation for as long as the component is mounted. All components that show the same conversation share one store;
 * it stays warm for a moment after the last one has gone, so that coming back is instant.
 * @param options is read when the store is made.
 */
export function useConversation(
  client: HoldfastClient,
  conversationId: Id,
  options: BranchOptions = {},
): { readonly view: ConversationView; readonly store: ConversationStore } {
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- a later leafId is the same store's business
  const loan = useMemo(() => borrowConversationStore(client, conversationId, options), [client, conversationId])
  const subscribe = useCallback((listener: () => void) => loan.subscribe(listener), [loan])
  const view = useSyncExternalStore(
    subscribe,
    () => loan.store().getState(),
    () => loan.store().getState(),
  )
  return { view, store: loan.store() }
}
