import { useMemo, useSyncExternalStore } from 'react'
import {
  createConversationList,
  type ConversationListOptions,
  type ConversationListStore,
  type ConversationListView,
} from '../sdk/conversation-list/conversation-list.ts'
import { useClient } from './client-context.tsx'
import { borrowStore } from './shared-stores.ts'

export interface OpenConversations extends ConversationListView, Pick<ConversationListStore, 'loadMore'> {}

/** The user's conversations, last changed first, kept up to date. Components that ask for the same list share it. */
export function useConversations({ archived, trashed, limit }: ConversationListOptions = {}): OpenConversations {
  const client = useClient()
  const loan = useMemo(
    () =>
      borrowStore(client, `conversations ${JSON.stringify({ archived, trashed, limit })}`, () =>
        createConversationList(client, { archived, trashed, limit, isLazy: true }),
      ),
    [client, archived, trashed, limit],
  )
  const get = () => loan.store().getSnapshot()
  const view = useSyncExternalStore(loan.subscribe, get, get)
  const { loadMore } = loan.store()
  return useMemo(() => ({ ...view, loadMore }), [view, loadMore])
}
