import type { Activity, Conversation, Id } from '@holdfast/shared'
import { useQueryClient } from '@tanstack/react-query'
import { getQueryKey } from '@trpc/react-query'
import { useEffect, useMemo, useRef } from 'react'
import { useClient } from '../../transport/client-context.tsx'
import { refreshQueries } from '../../transport/refresh-queries.ts'
import { trpc } from '../../transport/trpc-react.ts'
import { pagesToConversations, putConversation, removeConversation, type ConversationPages } from './list-cache.ts'
import { getListChanges, type ListEdit } from './list-changes.ts'
import { listInputs, type ListName } from './list-inputs.ts'

export interface ConversationLists {
  readonly put: (conversation: Conversation) => void
  /** Changes what is known of a conversation, which may be newer than what the caller has seen. */
  readonly patch: (seen: Conversation, change: ConversationChange) => void
  readonly remove: (conversationId: Id) => void
  /** It is in the trash now, or gone for good: the server alone knows which. */
  readonly putAway: (conversationId: Id) => void
  /** Gives what the newest page of the list holds then. */
  readonly refetch: () => Promise<readonly Conversation[]>
}

export type ConversationChange = Partial<Pick<Conversation, 'title' | 'pinned' | 'archived' | 'model' | 'instructions'>>

const names = Object.keys(listInputs) as ListName[]

/** Changes the cached lists in place, so that they never flash. */
export function useConversationLists(): ConversationLists {
  const queryClient = useQueryClient()
  return useMemo(() => {
    const changes = getListChanges(queryClient)
    const toKey = (name: ListName) => getQueryKey(trpc.conversations.list, listInputs[name], 'infinite')
    const change = (name: ListName, edit: ListEdit) => changes.change(toKey(name), edit)
    const read = (name: ListName) => queryClient.getQueryData<ConversationPages>(toKey(name))
    const put = (conversation: Conversation) => {
      const home = conversation.archived ? 'archived' : 'current'
      for (const name of names) {
        const isHere = name === 'pinned' ? conversation.pinned && !conversation.archived : name === home
        if (isHere) change(name, (pages) => putConversation(pages, conversation))
        else change(name, (pages) => removeConversation(pages, conversation.id))
      }
    }
    return {
      put,
      patch: (seen, fields) => {
        const newest = pagesToConversations(...names.map(read)).find(({ id }) => id === seen.id) ?? seen
        put({ ...newest, ...fields })
      },
      remove: (conversationId) => {
        for (const name of names) change(name, (pages) => removeConversation(pages, conversationId))
      },
      putAway: (conversationId) => {
        for (const name of ['pinned', 'current', 'archived'] as const)
          change(name, (pages) => removeConversation(pages, conversationId))
        void refreshQueries(queryClient, toKey('trashed'))
      },
      refetch: async () => {
        await refreshQueries(queryClient, getQueryKey(trpc.conversations.list))
        return read('current')?.pages[0]?.items ?? []
      },
    }
  }, [queryClient])
}

/** Keeps the lists of this tab up to date with what happens anywhere. */
export function useActivity(listeners: {
  readonly onConversation: (conversation: Conversation) => void
  /** Something in the planner changed, or may have. */
  readonly onPlanner: () => void
}): void {
  const client = useClient()
  const lists = useConversationLists()
  // The subscription outlives what they close over: beginning it anew means to fetch every list again.
  const latest = useRef(listeners)
  latest.current = listeners
  useEffect(() => {
    const onConversation = (conversation: Conversation) => latest.current.onConversation(conversation)
    const apply = (activity: Activity) => {
      switch (activity.type) {
        case 'refetch':
          // What happened in between was not heard.
          void lists.refetch().then((conversations) => conversations.forEach(onConversation))
          return latest.current.onPlanner()
        case 'conversation':
          lists.put(activity.conversation)
          return onConversation(activity.conversation)
        case 'conversation-removed':
          return lists.putAway(activity.conversationId)
        case 'planner':
          return latest.current.onPlanner()
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
  }, [client, lists])
}
