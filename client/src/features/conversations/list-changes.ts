import type { Query, QueryClient, QueryKey } from '@tanstack/react-query'
import type { ConversationPages } from './list-cache.ts'

export type ListEdit = (pages: ConversationPages) => ConversationPages

/**
 * Changes cached lists in place. An answer that is on its way may have been read before the change: what changed since it was asked
 * for is done to it again when it arrives, or a list would show for good what is long over.
 */
export interface ListChanges {
  readonly change: (queryKey: QueryKey, edit: ListEdit) => void
}

const known = new WeakMap<QueryClient, ListChanges>()

/** One for all that changes the lists of a page. */
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
    // TanStack's own type of the cache knows nothing of what is in it.
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
