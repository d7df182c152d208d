import { ArchiveRestore, RotateCcw, Trash2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Link } from 'wouter'
import type { Conversation } from '@holdfast/shared'
import { locale } from '../../i18n/locale.ts'
import { conversationPath } from '../../lib/routes.ts'
import { useText } from '../../i18n/use-text.ts'
import { trpc } from '../../react/trpc-react.ts'
import { Button } from '../../ui/button.tsx'
import { CenteredMessage } from '../../ui/centered-message.tsx'
import { prepareNeighbourFocus } from '../../ui/focus-neighbour.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { formatWhen } from '../../ui/format-time.ts'
import { Skeleton } from '../../ui/skeleton.tsx'
import { pagesToConversations, type ConversationPages } from '../../sdk/conversation-list/conversation-pages.ts'
import { listInputs } from './list-inputs.ts'
import { useConversationActions } from './use-conversation-actions.ts'

export function ArchivePage() {
  return <PutAwayPage name="archived" />
}

export function TrashPage() {
  return <PutAwayPage name="trashed" />
}

/** A conversation that will be deleted if the person confirms it. */
interface Doomed {
  readonly conversation: Conversation
  readonly row: Element | null
}

function PutAwayPage({ name }: { readonly name: 'archived' | 'trashed' }) {
  const text = useText()
  const actions = useConversationActions()
  const [doomed, setDoomed] = useState<Doomed | null>(null)
  const query = trpc.conversations.list.useInfiniteQuery(listInputs[name], { getNextPageParam: (page) => page.nextCursor })
  const conversations = useMemo(() => pagesToConversations(query.data as ConversationPages | undefined), [query.data])
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query

  if (query.isError && conversations.length === 0) {
    return (
      <CenteredMessage
        title={text('conversations.failed')}
        actions={<Button onClick={() => void query.refetch()}>{text('try-again')}</Button>}
      >
        {text('failed.unreachable')}
      </CenteredMessage>
    )
  }
  if (query.isSuccess && conversations.length === 0) {
    return (
      <CenteredMessage title={text(`conversations.${name}.title`)} testId={`shelf-${name}`}>
        {text(`conversations.${name}.empty`)}
      </CenteredMessage>
    )
  }
  return (
    <div className="h-full overflow-y-auto" data-testid={`shelf-${name}`}>
      <div className="mx-auto max-w-2xl px-4 py-8 sm:px-6">
        <h1 className="text-xl font-semibold tracking-tight">{text(`conversations.${name}.title`)}</h1>
        <p className="mt-1 text-sm text-soft">{text(`conversations.${name}.about`)}</p>
        <ul className="mt-6 divide-y divide-line border-y border-line">
          {query.isPending &&
            [1, 2, 3].map((row) => (
              <li key={row} className="py-4">
                <Skeleton className="w-1/2" />
              </li>
            ))}
          {conversations.map((conversation) => (
            <li
              key={conversation.id}
              className="flex items-center gap-3 py-2.5"
              data-part="put-away-item"
              data-testid="shelf-item"
              data-conversation-id={conversation.id}
            >
              <div className="min-w-0 flex-1">
                {name === 'archived' ? (
                  <Link href={conversationPath(conversation.id)} className="block truncate font-medium hover:underline">
                    {conversation.title}
                  </Link>
                ) : (
                  <span className="block truncate font-medium">{conversation.title}</span>
                )}
                <span className="text-xs text-faint">
                  {text('conversations.summary', {
                    count: conversation.messageCount,
                    when: formatWhen(conversation.updatedAt, locale),
                  })}
                </span>
              </div>
              {name === 'archived' ? (
                <Button
                  size="small"
                  onClick={(event) => leave(event.currentTarget.closest('li'), () => actions.setArchived(conversation, false))}
                >
                  <ArchiveRestore size={14} aria-hidden />
                  {text('conversation.unarchive')}
                </Button>
              ) : (
                <>
                  <Button
                    size="small"
                    onClick={(event) => leave(event.currentTarget.closest('li'), () => void actions.restore(conversation.id))}
                  >
                    <RotateCcw size={14} aria-hidden />
                    {text('conversation.restore')}
                  </Button>
                  <Button
                    size="small"
                    tone="danger"
                    onClick={(event) => setDoomed({ conversation, row: event.currentTarget.closest('li') })}
                    aria-label={text('conversation.delete')}
                  >
                    <Trash2 size={14} aria-hidden />
                    <span className="hidden sm:inline">{text('conversation.delete')}</span>
                  </Button>
                </>
              )}
            </li>
          ))}
        </ul>
        {hasNextPage && (
          <Button className="mt-4" tone="quiet" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {text('conversations.more')}
          </Button>
        )}
      </div>
      <ConfirmDialog
        title={text('conversation.delete.title')}
        isOpen={doomed !== null}
        action={text('conversation.delete')}
        onAction={() => {
          if (doomed) leave(doomed.row, () => void actions.deleteForGood(doomed.conversation.id))
        }}
        onClose={() => setDoomed(null)}
        testId="delete-dialog"
      >
        {text('conversation.delete.about', { title: doomed?.conversation.title ?? '' })}
      </ConfirmDialog>
    </div>
  )
}

/** Removes a row from the list, and moves the focus to its neighbour. */
function leave(row: Element | null, act: () => void): void {
  const focusNeighbour = prepareNeighbourFocus(row, '[data-part=put-away-item]')
  act()
  focusNeighbour()
}
