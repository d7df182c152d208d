import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { refreshQueries } from '../react/refresh-queries.ts'
import { useClient } from '../react/client-context.tsx'

/** Whose providers: those for everyone, which administrators look after, or the person's own. */
export type ProviderScope = 'everyone' | 'own'

export const providersKey = (scope: ProviderScope) => ['providers', scope] as const

/** The procedures for the providers of a scope. */
export function useProviderApi(scope: ProviderScope) {
  const { trpc } = useClient()
  return scope === 'everyone' ? trpc.admin.providers : trpc.providers
}

/** Gives what is called after a change: lists of providers and models are read again. Other tabs hear of it from the server. */
export function useProvidersChanged(): () => Promise<void> {
  const queryClient = useQueryClient()
  return useCallback(async () => {
    const keys = [['providers'], [['models', 'list']], [['system', 'info']]]
    await Promise.all(keys.map((key) => refreshQueries(queryClient, key)))
  }, [queryClient])
}
