import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { refreshQueries } from '../../react/refresh-queries.ts'

/** Fetches again what depends on the models that there are. */
export function useModelsChanged(): () => void {
  const queryClient = useQueryClient()
  return useCallback(() => {
    for (const key of [[['models', 'list']], [['system', 'info']]]) void refreshQueries(queryClient, key)
  }, [queryClient])
}
