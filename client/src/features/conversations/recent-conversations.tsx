import { Link } from 'wouter'
import { useMemo } from 'react'
import { locale } from '../../i18n/locale.ts'
import { conversationPath } from '../../lib/routes.ts'
import { useText } from '../../i18n/use-text.ts'
import { trpc } from '../../react/trpc-react.ts'
import { formatWhen } from '../../ui/format-time.ts'
import { pagesToConversations, type ConversationPages } from '../../sdk/conversation-list/conversation-pages.ts'
import { listInputs } from './list-inputs.ts'

const shown = 3

/** The most recent conversations, for screens without the sidebar. */
export function RecentConversations() {
  const text = useText()
  const { data } = trpc.conversations.list.useInfiniteQuery(listInputs.current, { getNextPageParam: (page) => page.nextCursor })
  const recent = useMemo(
    () =>
      pagesToConversations(data as ConversationPages | undefined)
        .toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))
        .slice(0, shown),
    [data],
  )
  if (recent.length === 0) return null
  return (
    <section className="w-full text-left" aria-label={text('start.recent')} data-testid="recent">
      <h2 className="px-3 text-xs font-medium text-faint">{text('start.recent')}</h2>
      <ul className="mt-1">
        {recent.map(({ id, title, state, updatedAt }) => (
          <li key={id}>
            <Link
              href={conversationPath(id)}
              className="flex h-9 items-center justify-between gap-3 rounded-sm px-3 text-sm text-soft hover:bg-hover hover:text-ink touch:h-11"
            >
              <span className="truncate">{title}</span>
              {state === 'waiting' ? (
                <span className="shrink-0 text-xs text-warm-ink">{text('conversation.waiting')}</span>
              ) : (
                <span className="shrink-0 text-xs text-faint tabular-nums">{formatWhen(updatedAt, locale)}</span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
