import type { Conversation, Id } from '@holdfast/shared'
import { useMemo } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { useClient } from '../../react/client-context.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { useConversationLists, type ConversationChange } from './use-conversation-lists.ts'
import { useFailureToast } from '../../react/use-failure-toast.ts'

export interface ConversationActions {
  readonly rename: (conversation: Conversation, title: string) => void
  readonly setPinned: (conversation: Conversation, pinned: boolean) => void
  readonly setArchived: (conversation: Conversation, archived: boolean) => void
  readonly moveToTrash: (conversation: Conversation) => void
  readonly restore: (conversationId: Id) => Promise<void>
  readonly deleteForGood: (conversationId: Id) => Promise<void>
}

/** Optimistic actions: each applies immediately, and is reverted with a message if the server rejects it. */
export function useConversationActions(options: { readonly onLeave?: (conversationId: Id) => void } = {}): ConversationActions {
  const { trpc } = useClient()
  const lists = useConversationLists()
  const toast = useToast()
  const showFailure = useFailureToast()
  const text = useText()
  const { onLeave } = options

  return useMemo(() => {
    const update = (conversation: Conversation, change: Pick<ConversationChange, 'title' | 'pinned' | 'archived'>) => {
      const { title, pinned, archived } = conversation
      lists.patch(conversation, change)
      trpc.conversations.update.mutate({ conversationId: conversation.id, ...change }).then(
        (saved) => lists.patch(saved, { title: saved.title, pinned: saved.pinned, archived: saved.archived }),
        (error: unknown) => {
          lists.patch(conversation, { title, pinned, archived })
          showFailure(error)
        },
      )
    }
    const restore = async (conversationId: Id) => {
      try {
        lists.put(await trpc.conversations.restore.mutate({ conversationId }))
      } catch (error) {
        showFailure(error)
      }
    }
    return {
      rename: (conversation, title) => update(conversation, { title }),
      setPinned: (conversation, pinned) => update(conversation, { pinned }),
      setArchived: (conversation, archived) => {
        update(conversation, { archived })
        if (!archived) return
        onLeave?.(conversation.id)
        toast({
          text: text('conversation.archived'),
          action: { label: text('undo'), run: () => update(conversation, { archived: false }) },
        })
      },
      moveToTrash: (conversation) => {
        lists.remove(conversation.id)
        onLeave?.(conversation.id)
        trpc.conversations.delete.mutate({ conversationId: conversation.id }).then(
          () => {
            lists.putAway(conversation.id)
            toast({
              text: text('conversation.trashed'),
              action: { label: text('undo'), run: () => void restore(conversation.id) },
            })
          },
          (error: unknown) => {
            lists.put(conversation)
            showFailure(error)
          },
        )
      },
      restore,
      deleteForGood: async (conversationId) => {
        try {
          await trpc.conversations.delete.mutate({ conversationId, permanent: true })
          lists.remove(conversationId)
        } catch (error) {
          showFailure(error)
        }
      },
    }
  }, [trpc, lists, toast, text, showFailure, onLeave])
}
