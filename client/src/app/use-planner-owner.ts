import { useQueryClient } from '@tanstack/react-query'
import type { Id } from '@holdfast/shared'
import { useEffect } from 'react'
import { plannerFailureToText } from '../features/planner/planner-failure.ts'
import { useText } from '../i18n/use-text.ts'
import { useClient } from '../transport/client-context.tsx'
import { useToast } from '../ui/toasts.tsx'

/** What was done to this user's plans and did not get out, because the page was left or the network gone, goes out now. */
export function usePlannerOwner(userId: Id | null): void {
  const client = useClient()
  const queryClient = useQueryClient()
  const toast = useToast()
  const text = useText()
  useEffect(() => {
    if (userId === null) return
    const leaving = new AbortController()
    import('../features/planner/planner.ts').then(
      ({ getPlanner }) => {
        if (leaving.signal.aborted) return
        const onRefused = (error: unknown) => toast({ tone: 'danger', text: plannerFailureToText(error, text) })
        leaving.signal.addEventListener('abort', getPlanner(queryClient, client).open(userId, onRefused))
      },
      // It is kept, and goes out from the next page that has this part.
      () => undefined,
    )
    return () => leaving.abort()
  }, [client, queryClient, userId, toast, text])
}
