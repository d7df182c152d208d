import type { Id } from '@holdfast/shared'
import { useEffect, useEffectEvent, useMemo, useRef } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { useClient } from '../../react/client-context.tsx'
import { trpc } from '../../react/trpc-react.ts'
import { Button } from '../../ui/button.tsx'
import { LoadingShape } from '../../ui/loading-shape.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { useNow } from '../../ui/use-now.ts'
import { useStore } from '../../lib/use-store.ts'
import { ConversationItem, type ConversationItemProps } from './conversation-item.tsx'
import { groupByDay } from './group-by-day.ts'
import { pagesToConversations, type ConversationPages } from '../../sdk/conversation-list/conversation-pages.ts'
import { listInputs } from './list-inputs.ts'
import { UnsentConversations } from './unsent-conversations.tsx'
import { useConversationActions } from './use-conversation-actions.ts'

export interface ConversationListProps {
  readonly openId: Id | null
  /** Ids of conversations with a draft on this device. */
  readonly drafts: ReadonlySet<Id | null>
  readonly onOpen: () => void
  /** Called when the open conversation is trashed or archived. */
  readonly onLeave: (conversationId: Id) => void
  readonly onExport: ConversationItemProps['onExport']
  readonly onShare: ConversationItemProps['onShare']
}

const minuteMs = 60_000

export function ConversationList({ openId, drafts, onOpen, onLeave, onExport, onShare }: ConversationListProps) {
  const text = useText()
  const { connection } = useClient()
  const isConnected = useStore(connection).status === 'live'
  const query = trpc.conversations.list.useInfiniteQuery(listInputs.current, { getNextPageParam: (page) => page.nextCursor })
  const pinned = trpc.conversations.list.useInfiniteQuery(listInputs.pinned, { getNextPageParam: (page) => page.nextCursor })
  const conversations = useMemo(
    () => pagesToConversations(query.data as ConversationPages | undefined, pinned.data as ConversationPages | undefined),
    [query.data, pinned.data],
  )
  const now = useNow(10 * minuteMs)
  const groups = useMemo(() => groupByDay(conversations, new Date(now)), [conversations, now])
  const actions = useConversationActions({ onLeave })
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query

  if (query.isPending) return <ListSkeleton />
  if (query.isError && conversations.length === 0) {
    return (
      <div className="space-y-2 px-3.5 py-2 text-sm text-faint">
        <p>{text('conversations.failed')}</p>
        <Button size="small" onClick={() => void query.refetch()}>
          {text('try-again')}
        </Button>
      </div>
    )
  }
  return (
    <>
      <UnsentConversations known={conversations} openId={openId} onOpen={onOpen} />
      {groups.map((group) => (
        <section key={group.name} aria-label={text(`conversations.${group.name}`)} className="mb-3">
          <h2 className="px-3.5 pt-1 pb-1 text-xs font-medium text-faint">{text(`conversations.${group.name}`)}</h2>
          <ul>
            {group.conversations.map((conversation) => (
              <ConversationItem
                key={conversation.id}
                conversation={conversation}
                isOpen={conversation.id === openId}
                isConnected={isConnected}
                hasDraft={drafts.has(conversation.id)}
                actions={actions}
                onOpen={onOpen}
                onExport={onExport}
                onShare={onShare}
              />
            ))}
          </ul>
        </section>
      ))}
      {conversations.length === 0 && <p className="px-3.5 py-2 text-sm text-faint">{text('conversations.empty')}</p>}
      {hasNextPage && <LoadMore isLoading={isFetchingNextPage} onReach={() => void fetchNextPage()} />}
    </>
  )
}

/** Loads the next page shortly before the end of the list scrolls into view. */
function LoadMore({ isLoading, onReach }: { readonly isLoading: boolean; readonly onReach: () => void }) {
  const text = useText()
  const ref = useRef<HTMLDivElement>(null)
  const reach = useEffectEvent(onReach)
  useEffect(() => {
    const element = ref.current
    if (!element || isLoading) return
    const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && reach(), {
      rootMargin: '400px',
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [isLoading])
  return (
    <div ref={ref} className="px-3.5 py-2 text-sm">
      {isLoading ? (
        <Skeleton className="w-2/3" />
      ) : (
        <Button tone="quiet" size="small" onClick={onReach}>
          {text('conversations.more')}
        </Button>
      )}
    </div>
  )
}

function ListSkeleton() {
  return (
    <LoadingShape className="space-y-4 px-3.5 py-3">
      {['w-3/4', 'w-1/2', 'w-5/6', 'w-2/3', 'w-3/5'].map((width) => (
        <Skeleton key={width} className={width} />
      ))}
    </LoadingShape>
  )
}
