import { useQueryClient } from '@tanstack/react-query'
import type { Id } from '@holdfast/shared'
import { useEffect, useEffectEvent } from 'react'
import { plannerFailureToText } from '../../features/planner/store/planner-failure.ts'
import { useText } from '../../i18n/use-text.ts'
import { useClient } from '../../react/client-context.tsx'
import { useToast } from '../../ui/toasts.tsx'

/** Sends this user's planner changes that were not sent before, because the page was closed or the network was down. */
export function usePlannerSession(userId: Id | null): void {
  const client = useClient()
  const queryClient = useQueryClient()
  const toast = useToast()
  const text = useText()
  // Texts that load later must not end the session: what waits would be shown no more.
  const onRefused = useEffectEvent((error: unknown) => toast({ tone: 'danger', text: plannerFailureToText(error, text) }))
  useEffect(() => {
    if (userId === null) return
    const leaving = new AbortController()
    import('../../features/planner/store/planner.ts').then(
      ({ getPlanner }) => {
        if (leaving.signal.aborted) return
        const leave = getPlanner(queryClient, client).open(userId, (error) => onRefused(error))
        leaving.signal.addEventListener('abort', leave)
      },
      // The change is kept, and sent by the next page that loads this chunk.
      () => undefined,
    )
    return () => leaving.abort()
  }, [client, queryClient, userId])
}
