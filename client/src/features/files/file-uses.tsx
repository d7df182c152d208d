import type { Id } from '@holdfast/shared'
import { useInfiniteQuery } from '@tanstack/react-query'
import { MessageSquareText } from 'lucide-react'
import { Link } from 'wouter'
import { useText } from '../../i18n/use-text.ts'
import { messagePath } from '../../lib/routes.ts'
import { useClient } from '../../react/client-context.tsx'
import { Button } from '../../ui/button.tsx'

/** The conversations that use a file, each as a link to the newest message that shows it. */
export function FileUses({ id, fileId, label }: { readonly id: string; readonly fileId: Id; readonly label: string }) {
  const text = useText()
  const { trpc } = useClient()
  const uses = useInfiniteQuery({
    queryKey: ['files', 'uses', fileId],
    queryFn: ({ pageParam, signal }) =>
      trpc.files.uses.query({ fileId, ...(pageParam === null ? {} : { cursor: pageParam }) }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 0,
    gcTime: 0,
  })
  const items = uses.data?.pages.flatMap((page) => page.items) ?? []
  const hasFailed = uses.isError || uses.isFetchNextPageError
  return (
    <div id={id} className="pt-1 text-sm" data-testid="file-uses">
      {uses.isPending && (
        <p className="py-1 text-soft" role="status">
          {text('loading')}
        </p>
      )}
      {uses.isSuccess && items.length === 0 && (
        <p className="py-1 text-soft" role="status">
          {text('files.uses.none')}
        </p>
      )}
      {items.length > 0 && (
        <ul aria-label={label}>
          {items.map(({ conversationId, title, messageId }) => (
            <li key={conversationId}>
              <Link
                href={messagePath(conversationId, messageId)}
                className="-mx-2 flex items-center gap-2 rounded-sm px-2 py-1.5 hover:bg-hover touch:py-3"
                data-testid="file-use"
              >
                <MessageSquareText size={13} aria-hidden className="shrink-0 text-faint" />
                <span className="truncate" dir="auto">
                  {title}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {hasFailed && (
        <div className="flex items-center gap-3 py-1 text-soft">
          <p role="alert">{text('files.uses.failed')}</p>
          <Button size="small" onClick={() => void (items.length > 0 ? uses.fetchNextPage() : uses.refetch())}>
            {text('try-again')}
          </Button>
        </div>
      )}
      {uses.hasNextPage && !hasFailed && (
        <Button size="small" tone="quiet" disabled={uses.isFetchingNextPage} onClick={() => void uses.fetchNextPage()}>
          {text('conversations.more')}
        </Button>
      )}
    </div>
  )
}
