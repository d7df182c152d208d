import type { Id } from '@holdfast/shared'
import { useMemo, useSyncExternalStore } from 'react'
import type { HoldfastClient } from '../sdk/client.ts'
import type { BranchOptions, ConversationStore } from '../sdk/conversation-store/conversation-store.ts'
import type { ConversationView } from '../sdk/conversation-store/conversation-view.ts'
import { useClient } from './client-context.tsx'
import { borrowStore, type StoreLoan } from './shared-stores.ts'

/**
 * The store of a conversation, shared by all components that show it.
 * @param options is read when the store is made.
 */
export function useConversationLoan(
  given: HoldfastClient | null,
  conversationId: Id,
  options: BranchOptions = {},
): StoreLoan<ConversationStore> {
  const client = useClient(given)
  return useMemo(
    () =>
      borrowStore(client, `conversation ${conversationId}`, () =>
        client.openConversation(conversationId, { ...options, isLazy: true }),
      ),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- a later leafId is handled by the same store
    [client, conversationId],
  )
}

/** A part of what a conversation shows: the component renders again only when it changes. It must be a value that the view holds. */
export function useSelected<Part>(loan: StoreLoan<ConversationStore>, select: (view: ConversationView) => Part): Part {
  const get = () => select(loan.store().getSnapshot())
  return useSyncExternalStore(loan.subscribe, get, get)
}
