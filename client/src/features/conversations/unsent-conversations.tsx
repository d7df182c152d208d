import { firstWords, type Conversation, type Id } from '@holdfast/shared'
import { Link } from 'wouter'
import { conversationPath } from '../../lib/routes.ts'
import { useText } from '../../i18n/use-text.ts'
import { useClient } from '../../react/client-context.tsx'
import { PulseLine } from '../../ui/pulse-line.tsx'
import { useStore } from '../../lib/use-store.ts'

/** Conversations that exist on this device only, because their first message has not been sent yet. */
export function UnsentConversations(props: {
  readonly known: readonly Conversation[]
  readonly openId: Id | null
  readonly onOpen: () => void
}) {
  const text = useText()
  const { outbox } = useClient()
  const knownIds = new Set(props.known.map((conversation) => conversation.id))
  const items = useStore(outbox).filter(
    (item) => item.create && item.parentId == null && item.state !== 'sending' && !knownIds.has(item.conversationId),
  )
  if (items.length === 0) return null
  return (
    <ul className="mb-3" aria-label={text('conversations.unsent')}>
      {items.map((item) => (
        <li
          key={item.requestId}
          className={`relative flex h-8 items-center rounded-sm text-sm touch:h-11 ${item.conversationId === props.openId ? 'bg-hover' : 'hover:bg-hover/60'}`}
          data-testid="sidebar-item"
          data-conversation-id={item.conversationId}
          data-state={item.state}
        >
          {item.state !== 'sent' && (
            <PulseLine state={item.state === 'failed' ? 'broken' : 'reconnecting'} className="absolute inset-y-1.5 left-0.5" />
          )}
          <Link
            href={conversationPath(item.conversationId)}
            onClick={props.onOpen}
            className="flex h-full min-w-0 flex-1 items-center gap-2 pr-2 pl-3.5 text-soft"
          >
            <span className="truncate">{firstWords(item.content || (item.files?.[0]?.name ?? ''), 60)}</span>
            {item.state !== 'sent' && <span className="shrink-0 text-xs text-faint">{text('conversations.not-sent')}</span>}
          </Link>
        </li>
      ))}
    </ul>
  )
}
