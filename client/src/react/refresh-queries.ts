import type { QueryClient, QueryKey } from '@tanstack/react-query'

/**
 * Refetches everything that is cached under a key; resolves when the answers are there. A first answer that is still on its way may have
 * been read before the change that makes this necessary, and TanStack Query would accept it: it is cancelled.
 */
export async function refreshQueries(queryClient: QueryClient, queryKey: QueryKey): Promise<void> {
  await queryClient.cancelQueries({ queryKey, predicate: ({ state }) => state.data === undefined })
  await queryClient.invalidateQueries({ queryKey })
}
