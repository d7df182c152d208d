import type { Conversation, Id } from '@holdfast/shared'
import { useCallback } from 'react'
import { draftsHere } from '../drafts/drafts-here.ts'
import { refreshDraft } from '../drafts/refresh-draft.ts'
import { useClient } from '../transport/client-context.tsx'
import { pathToConversationId } from './routes.ts'

/** Drafts on this device follow what other devices did with them, whenever something happens in their conversation. */
export function useDraftsFollow(
  userId: Id | null,
  onConversation: (conversation: Conversation) => void,
): (conversation: Conversation) => void {
  const { trpc } = useClient()
  return useCallback(
    (conversation) => {
      onConversation(conversation)
      // What is open is in the hands of who writes it.
      if (pathToConversationId(location.pathname) === conversation.id) return
      // It stays as it was, and is looked at again with the next event.
      refreshDraft({ trpc, drafts: draftsHere() }, userId, conversation.id).catch(() => undefined)
    },
    [trpc, userId, onConversation],
  )
}
