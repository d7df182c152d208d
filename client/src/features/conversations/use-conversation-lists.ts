import type { Activity, Conversation, Id } from '@holdfast/shared'
import { useQueryClient } from '@tanstack/react-query'
import { getQueryKey } from '@trpc/react-query'
import { useEffect, useEffectEvent, useMemo } from 'react'
import { useClient } from '../../react/client-context.tsx'
import { refreshQueries } from '../../react/refresh-queries.ts'
import { trpc } from '../../react/trpc-react.ts'
import {
  pagesToConversations,
  putConversation,
  removeConversation,
  type ConversationPages,
} from '../../sdk/conversation-list/conversation-pages.ts'
import { getListChanges, type ListEdit } from './list-changes.ts'
import { listInputs, type ListName } from './list-inputs.ts'

export interface ConversationLists {
  readonly put: (conversation: Conversation) => void
  /** Changes the cached conversation, which may be newer than the caller's. */
  readonly patch: (seen: Conversation, change: ConversationChange) => void
  readonly remove: (conversationId: Id) => void
  /** Removes a conversation that is now in the trash, or deleted. */
  readonly putAway: (conversationId: Id) => void
  /** Resolves to the first page of the list afterwards. */
  readonly refetch: () => Promise<readonly Conversation[]>
}

export type ConversationChange = Partial<
  Pick<Conversation, 'title' | 'pinned' | 'archived' | 'model' | 'instructions' | 'parameters'>
>

const names = Object.keys(listInputs) as ListName[]

/** Changes cached lists in place, so that they never flicker. */
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

/** Keeps the lists of this tab in sync with the user's activity stream. */
export function useActivity(listeners: {
  readonly onConversation: (conversation: Conversation) => void
  /** Called when the planner has, or may have, changed. */
  readonly onPlanner: () => void
  /** Called when a file is, or may be, ready. */
  readonly onFile: () => void
  /** Called when the models to choose from have, or may have, changed. */
  readonly onModels: () => void
}): void {
  const client = useClient()
  const lists = useConversationLists()
  // Effect events: another subscription would fetch every list again.
  const onConversation = useEffectEvent(listeners.onConversation)
  const onPlanner = useEffectEvent(listeners.onPlanner)
  const onFile = useEffectEvent(listeners.onFile)
  const onModels = useEffectEvent(listeners.onModels)
  useEffect(() => {
    const apply = (activity: Activity) => {
      switch (activity.type) {
        case 'refetch':
          // Events in between were missed.
          void lists.refetch().then((conversations) => conversations.forEach((conversation) => onConversation(conversation)))
          onPlanner()
          onModels()
          return onFile()
        case 'conversation':
          lists.put(activity.conversation)
          return onConversation(activity.conversation)
        case 'conversation-removed':
          return lists.putAway(activity.conversationId)
        case 'planner':
          return onPlanner()
        case 'file':
          return onFile()
        case 'models':
          return onModels()
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
