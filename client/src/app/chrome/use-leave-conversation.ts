import type { Id } from '@holdfast/shared'
import { useCallback } from 'react'
import { useLocation } from 'wouter'
import { currentPath } from '../../lib/base-path.ts'
import { pathToConversationId, routes } from '../../lib/routes.ts'

/** Leaves the page of a conversation that was archived or deleted, if it is open. */
export function useLeaveConversation(): (conversationId: Id) => void {
  const [, navigate] = useLocation()
  return useCallback(
    (conversationId) => {
      if (pathToConversationId(currentPath()) === conversationId) navigate(routes.start)
    },
    [navigate],
  )
}
