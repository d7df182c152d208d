import type { Conversation, Id } from '@holdfast/shared'
import { useCallback } from 'react'
import { localDrafts } from '../../drafts/local-drafts.ts'
import { refreshDraft } from '../../drafts/refresh-draft.ts'
import { useClient } from '../../react/client-context.tsx'
import { currentPath } from '../../lib/base-path.ts'
import { pathToConversationId } from '../../lib/routes.ts'

/** Drafts on this device follow what other devices did with them, whenever something happens in their conversation. */
export function useDraftsFollow(
  userId: Id | null,
  onConversation: (conversation: Conversation) => void,
): (conversation: Conversation) => void {
  const { trpc } = useClient()
  return useCallback(
    (conversation) => {
      onConversation(conversation)
      // The composer owns the draft of the open conversation.
      if (pathToConversationId(currentPath()) === conversation.id) return
      // The draft stays as it was, and is checked again with the next event.
      refreshDraft({ trpc, drafts: localDrafts() }, userId, conversation.id).catch(() => undefined)
    },
    [trpc, userId, onConversation],
  )
}
