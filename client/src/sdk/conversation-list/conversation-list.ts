import type { AppRouter } from '@holdfast/server'
import type { Activity, Conversation } from '@holdfast/shared'
import type { TRPCClient } from '@trpc/client'
import { createValueStore } from '../../lib/value-store.ts'
import type { ConnectionStore } from '../transport/connection.ts'
import { errorToFailure, type Failure } from '../transport/failure.ts'
import { retryWhileUnreachable } from '../transport/retry-while-unreachable.ts'
import { pagesToConversations, putConversation, removeConversation, type ConversationPages } from './conversation-pages.ts'

/** The view of a list of conversations. A value: it never changes, and conversations that stayed the same keep their identity. */
export interface ConversationListView {
  /** `failed`: the server refuses the list; see `failure`. A server that cannot be reached is asked again. */
  readonly status: 'loading' | 'ready' | 'failed'
  readonly failure: Failure | null
  /** Last changed first. */
  readonly conversations: readonly Conversation[]
  /** Whether there are older ones, and what loading them does. */
  readonly more: 'none' | 'available' | 'loading' | 'failed'
}

export interface ConversationListOptions {
  /** The archived ones instead of the current ones. */
  readonly archived?: boolean | undefined
  /** Those in the trash. */
  readonly trashed?: boolean | undefined
  /** Conversations per page, 1 to 100. Default 40. */
  readonly limit?: number | undefined
}

export interface ConversationListStore {
  /** Asks for the list: for a lazy store, or again for one that was refused. Without effect while it is followed. */
  readonly start: () => void
  /** The same object until something changes, as `useSyncExternalStore` expects. */
  readonly getSnapshot: () => ConversationListView
  readonly subscribe: (listener: () => void) => () => void
  /** Loads the next page. Without effect while one is loading, and where there is none. */
  readonly loadMore: () => Promise<void>
  readonly close: () => void
}

type Edit = (pages: ConversationPages) => ConversationPages

const none: ConversationPages = { pages: [], pageParams: [] }

/**
 * The user's conversations, kept up to date by `activity.follow` until the list is closed. A response may have been read before a change that is known already, so
 * changes since its request are made in it again.
 */
export function createConversationList(
  client: { readonly trpc: TRPCClient<AppRouter>; readonly connection: ConnectionStore },
  options: ConversationListOptions & { readonly isLazy?: boolean } = {},
): ConversationListStore {
  const { trpc, connection } = client
  const { archived = false, trashed = false, limit = 40 } = options
  const closing = new AbortController()
  let pages = none
  let status: ConversationListView['status'] = 'loading'
  let failure: Failure | null = null
  let more: 'idle' | 'loading' | 'failed' = 'idle'
  /** The request under way, with the changes since it began. A later one takes its place. */
  let request: { readonly edits: Edit[] } | null = null
  let unsubscribe: (() => void) | null = null

  const toView = (): ConversationListView => {
    const hasMore = pages.pages.at(-1)?.nextCursor != null
    return {
      status,
      failure,
      conversations: pagesToConversations(pages),
      more: !hasMore ? 'none' : more === 'idle' ? 'available' : more,
    }
  }
  const view = createValueStore(toView())
  const publish = () => view.set(toView())

  const ask = (cursor: string | null) =>
    retryWhileUnreachable(
      () => trpc.conversations.list.query({ archived, trashed, limit, ...(cursor === null ? {} : { cursor }) }),
      { connection, forMs: Number.POSITIVE_INFINITY, signal: closing.signal },
    )

  /** @param onFailed the server refuses it */
  const read = async (load: () => Promise<ConversationPages>, onFailed: (failure: Failure) => void) => {
    const own = { edits: [] as Edit[] }
    request = own
    try {
      const loaded = await load()
      if (request !== own) return
      pages = own.edits.reduce((edited, edit) => edit(edited), loaded)
      status = 'ready'
      failure = null
      more = 'idle'
    } catch (error) {
      if (request !== own || closing.signal.aborted) return
      onFailed(errorToFailure(error))
    }
    request = null
    publish()
  }

  /** As many pages again as were loaded. */
  const reread = async (): Promise<ConversationPages> => {
    const wanted = Math.max(1, pages.pages.length)
    const loaded: ConversationPages = { pages: [], pageParams: [] }
    let cursor: string | null = null
    do {
      const page = await ask(cursor)
      loaded.pages.push(page)
      loaded.pageParams.push(cursor)
      cursor = page.nextCursor
    } while (cursor !== null && loaded.pages.length < wanted)
    return loaded
  }
  const fail = (why: Failure) => {
    status = 'failed'
    failure = why
    more = 'idle'
    publish()
  }
  const refetch = () => void read(reread, fail)

  const change = (edit: Edit) => {
    request?.edits.push(edit)
    pages = edit(pages)
    publish()
  }
  const apply = (activity: Activity) => {
    switch (activity.type) {
      case 'refetch':
        return refetch()
      case 'conversation': {
        const { conversation } = activity
        const isHere = !trashed && conversation.archived === archived
        return change((known) => (isHere ? putConversation(known, conversation) : removeConversation(known, conversation.id)))
      }
      case 'conversation-removed':
        // The trash may have got one more.
        return trashed ? refetch() : change((known) => removeConversation(known, activity.conversationId))
      case 'planner':
      case 'file':
      case 'models':
    }
  }

  const start = () => {
    if (unsubscribe || closing.signal.aborted) return
    const subscription = trpc.activity.follow.subscribe(
      {},
      {
        onData: ({ data }) => {
          for (const activity of data) apply(activity)
        },
        onError: (error) => {
          // The subscription has ended, so that the next start may succeed, as after signing in.
          unsubscribe = null
          fail(errorToFailure(error))
        },
      },
    )
    unsubscribe = () => subscription.unsubscribe()
  }
  if (!options.isLazy) start()

  return {
    start,
    getSnapshot: view.get,
    subscribe: view.subscribe,
    loadMore: async () => {
      const cursor = pages.pages.at(-1)?.nextCursor
      if (cursor == null || request) return
      more = 'loading'
      publish()
      const load = async () => {
        const page = await ask(cursor)
        return { pages: [...pages.pages, page], pageParams: [...pages.pageParams, cursor] }
      }
      await read(load, () => {
        more = 'failed'
      })
    },
    close: () => {
      closing.abort()
      request = null
      unsubscribe?.()
    },
  }
}
