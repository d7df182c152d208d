import { useQueryClient } from '@tanstack/react-query'
import { getQueryKey } from '@trpc/react-query'
import { useCallback, useEffect } from 'react'
import { useActivity } from '../../features/conversations/index.ts'
import { filesKey } from '../../features/files/index.ts'
import { plannerKey } from '../../features/planner/index.ts'
import { refreshQueries } from '../../react/refresh-queries.ts'
import { trpc } from '../../react/trpc-react.ts'
import { useSession, useUserId } from './session-context.tsx'
import { useTitleNews } from './title-context.tsx'
import { useDraftsFollow } from './use-drafts-follow.ts'
import { useLeaveGuard } from './use-leave-guard.ts'
import { useModelsChanged } from './use-models-changed.ts'
import { usePlannerSession } from './use-planner-session.ts'
import { useRefetchOnReconnect } from './use-refetch-on-reconnect.ts'
import { useUpdateAvailable } from './use-update-available.ts'

/** Work that runs while the page is open, on every route: activity, unsent planner changes, drafts, new versions. */
export function useBackgroundWork(): void {
  const session = useSession()
  const userId = useUserId()
  const queryClient = useQueryClient()
  const info = trpc.system.info.useQuery()
  usePlannerSession(userId)
  const onPlanner = useCallback(() => void refreshQueries(queryClient, plannerKey), [queryClient])
  const onFile = useCallback(() => {
    void refreshQueries(queryClient, filesKey)
    // The files of drafts.
    void refreshQueries(queryClient, getQueryKey(trpc.files.get))
  }, [queryClient])
  const onModels = useModelsChanged()
  useActivity({ onConversation: useDraftsFollow(userId, useTitleNews()), onPlanner, onFile, onModels })
  useRefetchOnReconnect(info.refetch)
  useUpdateAvailable()
  useLeaveGuard()
  const isAccount = info.data && !info.data.user.isGuest
  useEffect(() => {
    if (isAccount !== undefined) session.rememberAccount(isAccount)
  }, [session, isAccount])
}
