import type { Activity, Conversation, Id } from '@holdfast/shared'
import { useEffect, useMemo } from 'react'
import { useClient } from '../../transport/client-context.tsx'
import { trpc } from '../../transport/trpc-react.ts'
import { putConversation, removeConversation, type ConversationPages } from './list-cache.ts'
import { listInputs, type ListName } from './list-inputs.ts'

export interface ConversationLists {
  readonly put: (conversation: Conversation) => void
  /** From all lists, or from one. */
  readonly remove: (conversationId: Id, from?: ListName) => void
  /** Gives what the newest page of the list holds then. */
  readonly refetch: () => Promise<readonly Conversation[]>
}

/** Changes the cached lists in place, so that they never flash. */
export function useConversationLists(): ConversationLists {
  const utils = trpc.useUtils()
  return useMemo(() => {
    const change = (name: ListName, edit: (pages: ConversationPages) => ConversationPages) =>
      utils.conversations.list.setInfiniteData(listInputs[name], (pages) =>
        // The hook's own page parameter may also be absent; the first page has none.
        pages ? (edit(pages as ConversationPages) as typeof pages) : pages,
      )
    const names: ListName[] = ['pinned', 'current', 'archived', 'trashed']
    return {
      put: (conversation) => {
        const home = conversation.archived ? 'archived' : 'current'
        for (const name of names) {
          const isHere = name === 'pinned' ? conversation.pinned && !conversation.archived : name === home
          if (isHere) change(name, (pages) => putConversation(pages, conversation))
          else change(name, (pages) => removeConversation(pages, conversation.id))
        }
      },
      remove: (conversationId, from) => {
        for (const name of from ? [from] : names) change(name, (pages) => removeConversation(pages, conversationId))
      },
      refetch: async () => {
        await utils.conversations.list.invalidate()
        return utils.conversations.list.getInfiniteData(listInputs.current)?.pages[0]?.items ?? []
      },
    }
  }, [utils])
}

/** Keeps the lists of this tab up to date with what happens anywhere. */
export function useActivity(listeners: {
  readonly onConversation: (conversation: Conversation) => void
  /** Something in the planner changed, or may have. */
  readonly onPlanner: () => void
}): void {
  const client = useClient()
  const lists = useConversationLists()
  const { onConversation, onPlanner } = listeners
  useEffect(() => {
    const apply = (activity: Activity) => {
      switch (activity.type) {
        case 'refetch':
          // What happened in between was not heard.
          void lists.refetch().then((conversations) => conversations.forEach(onConversation))
          return onPlanner()
        case 'conversation':
          lists.put(activity.conversation)
          return onConversation(activity.conversation)
        case 'conversation-removed':
          for (const name of ['pinned', 'current', 'archived'] as const) lists.remove(activity.conversationId, name)
          return
        case 'planner':
          return onPlanner()
      }
    }
    const subscription = client.trpc.activity.follow.subscribe(
      {},
      {
        onData: ({ data }) => {
          for (const activity of data) apply(activity)
        },
      },
    )
    return () => subscription.unsubscribe()
  }, [client, lists, onConversation, onPlanner])
}
