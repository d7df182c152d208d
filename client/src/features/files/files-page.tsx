import '../../i18n/later-english.ts'
import type { FileInfo, Id } from '@holdfast/shared'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { locale } from '../../i18n/locale.ts'
import { useText } from '../../i18n/use-text.ts'
import { useClient } from '../../react/client-context.tsx'
import { Button } from '../../ui/button.tsx'
import { CenteredMessage } from '../../ui/centered-message.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { prepareNeighbourFocus } from '../../ui/focus-neighbour.ts'
import { formatBytes } from '../../ui/format-amount.ts'
import { LoadingShape } from '../../ui/loading-shape.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { FileRow } from './file-row.tsx'
import { filesKey } from './files-key.ts'
import { filterFiles, sumBytes } from './filter-files.ts'
import { useFailureToast } from '../../react/use-failure-toast.ts'

const pageSize = 100

/** A file that will be deleted if the person confirms it. */
interface Doomed {
  readonly file: FileInfo
  readonly row: Element | null
}

/** All files of the user: to look for, to download and to delete. */
export function FilesPage() {
  const text = useText()
  const showFailure = useFailureToast()
  const { trpc } = useClient()
  const queryClient = useQueryClient()
  const [query, setQuery] = useState('')
  const [doomed, setDoomed] = useState<Doomed | null>(null)
  // The hook of tRPC would add a direction to the input, which this procedure does not take.
  const list = useInfiniteQuery({
    queryKey: filesKey,
    queryFn: ({ pageParam, signal }) =>
      trpc.files.list.query({ limit: pageSize, ...(pageParam === null ? {} : { cursor: pageParam }) }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  })
  const { data, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list
  const files = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data])
  const found = useMemo(() => filterFiles(files, query), [files, query])
  // A search is for all files.
  const isSearching = query.trim() !== '' && hasNextPage && !isFetchNextPageError
  useEffect(() => {
    if (isSearching && !isFetchingNextPage) void fetchNextPage()
  }, [isSearching, isFetchingNextPage, fetchNextPage])
  const remove = useMutation({
    mutationFn: (fileId: Id) => trpc.files.delete.mutate({ fileId }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: filesKey }),
    onError: showFailure,
  })

  if (list.isError && files.length === 0) {
    return (
      <CenteredMessage
        title={text('files.page.failed')}
        actions={<Button onClick={() => void list.refetch()}>{text('try-again')}</Button>}
      >
        {text('failed.unreachable')}
      </CenteredMessage>
    )
  }
  return (
    <div className="h-full overflow-y-auto" data-testid="files-page">
      <div className="mx-auto max-w-2xl px-4 py-8 sm:px-6">
        <h1 className="text-xl font-semibold tracking-tight">{text('files.page')}</h1>
        <p className="mt-1 text-sm text-soft tabular-nums" data-testid="files-summary">
          {list.isSuccess &&
            text('files.page.summary', {
              count: files.length,
              size: formatBytes(sumBytes(files), locale),
              more: hasNextPage ? 'yes' : 'no',
            })}
        </p>
        <input
          type="search"
          aria-label={text('files.page.search')}
          placeholder={text('files.page.search')}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          className="mt-4 h-10 w-full rounded-md border border-line-strong bg-raised px-3 touch:h-11"
          data-testid="files-search"
        />
        {list.isPending ? (
          <LoadingShape className="mt-6 space-y-5">
            <Skeleton className="w-1/2" />
            <Skeleton className="w-2/3" />
          </LoadingShape>
        ) : found.length === 0 ? (
          <p className="mt-6 text-sm text-soft" role="status">
            {text(isSearching ? 'loading' : files.length === 0 ? 'files.page.empty' : 'files.page.nothing')}
          </p>
        ) : (
          <ul className="mt-4 divide-y divide-line border-y border-line" aria-label={text('files.page')}>
            {found.map((file) => (
              <FileRow key={file.id} file={file} onDelete={(row) => setDoomed({ file, row })} />
            ))}
          </ul>
        )}
        {hasNextPage && !isSearching && (
          <Button className="mt-4" tone="quiet" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {text('conversations.more')}
          </Button>
        )}
      </div>
      <ConfirmDialog
        title={text('files.page.delete.title')}
        isOpen={doomed !== null}
        action={text('files.page.delete')}
        onAction={() => {
          if (!doomed) return
          const focusNeighbour = prepareNeighbourFocus(doomed.row, '[data-part=file-row]')
          remove.mutate(doomed.file.id, { onSuccess: focusNeighbour })
        }}
        onClose={() => setDoomed(null)}
        testId="delete-file"
        actionTestId="confirm-delete-file"
      >
        {text('files.page.delete.about', { name: doomed?.file.name ?? '' })}
      </ConfirmDialog>
    </div>
  )
}
