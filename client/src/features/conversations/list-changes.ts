import type { Query, QueryClient, QueryKey } from '@tanstack/react-query'
import type { ConversationPages } from '../../sdk/conversation-list/conversation-pages.ts'

export type ListEdit = (pages: ConversationPages) => ConversationPages

/**
 * Changes cached lists in place. A response in flight may have been read before the change, so changes made since its request are
 * applied to it again when it arrives. Otherwise the list would keep showing old data.
 */
export interface ListChanges {
  readonly change: (queryKey: QueryKey, edit: ListEdit) => void
}

const known = new WeakMap<QueryClient, ListChanges>()

/** Shared by everything that changes the page's lists. */
export function getListChanges(queryClient: QueryClient): ListChanges {
  const changes = known.get(queryClient) ?? createListChanges(queryClient)
  known.set(queryClient, changes)
  return changes
}

export function createListChanges(queryClient: QueryClient): ListChanges {
  const cache = queryClient.getQueryCache()
  const sinceAsked = new WeakMap<Query, ListEdit[]>()

  cache.subscribe((event) => {
    if (event.type !== 'updated') return
    const { action } = event
    // TanStack Query does not type the contents of its cache.
    const query = event.query as Query
    if (action.type === 'fetch') sinceAsked.delete(query)
    if (action.type !== 'success' || action.manual) return
    const edits = sinceAsked.get(query)
    if (!edits) return
    sinceAsked.delete(query)
    queryClient.setQueryData<ConversationPages>(
      query.queryKey,
      (pages) => pages && edits.reduce((edited, edit) => edit(edited), pages),
    )
  })

  return {
    change: (queryKey, edit) => {
      const query = cache.find({ queryKey, exact: true }) as Query | undefined
      if (!query) return
      if (query.state.fetchStatus !== 'idle') sinceAsked.set(query, [...(sinceAsked.get(query) ?? []), edit])
      queryClient.setQueryData<ConversationPages>(queryKey, (pages) => pages && edit(pages))
    },
  }
}
