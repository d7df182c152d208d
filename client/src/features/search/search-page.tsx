import '../../i18n/later-english.ts'
import { isBlank, maxQueryLength } from '@holdfast/shared'
import { Search, X } from 'lucide-react'
import { useEffect, useEffectEvent, useId, useState } from 'react'
import { Link } from 'wouter'
import { readTimeZone } from '../../i18n/read-time-zone.ts'
import { useText } from '../../i18n/use-text.ts'
import { trpc } from '../../react/trpc-react.ts'
import { useAnnouncer } from '../../ui/announcer.tsx'
import { Button } from '../../ui/button.tsx'
import type { PickerItem } from '../../ui/picker-props.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { LoadingShape } from '../../ui/loading-shape.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { FilterBar } from './filter-bar.tsx'
import { Highlighted } from './highlighted.tsx'
import { ResultLine } from './result-line.tsx'
import { conversationPath, messagePath } from '../../lib/routes.ts'
import { hasFilters, type SearchAddress } from './search-address.ts'
import { useSettled } from './use-settled.ts'

export interface SearchPageProps {
  /** The query as in the address. */
  readonly search: SearchAddress
  readonly onSearch: (search: SearchAddress) => void
  readonly models: readonly PickerItem[]
}

const settleMs = 200
const pageSize = 20

/** The page that searches all messages. */
export function SearchPage({ search, onSearch, models }: SearchPageProps) {
  const text = useText()
  const id = useId()
  const [typed, setTyped] = useState(search.query)
  const settled = useSettled(typed, settleMs)
  const onSettled = useEffectEvent((query: string) => {
    if (query !== search.query) onSearch({ ...search, query })
  })
  useEffect(() => onSettled(settled), [settled])
  // "Back", or a link to another search.
  const [addressed, setAddressed] = useState(search.query)
  if (addressed !== search.query) {
    setAddressed(search.query)
    setTyped(search.query)
  }
  return (
    <div className="min-h-0 flex-1 overflow-y-auto" data-testid="search-page">
      <div className="mx-auto max-w-[46rem] px-5 pt-4 pb-16 sm:px-8">
        <h1 className="sr-only">{text('search')}</h1>
        <form
          role="search"
          onSubmit={(event) => {
            event.preventDefault()
            onSearch({ ...search, query: typed })
          }}
        >
          <label
            htmlFor={id}
            className="flex h-11 items-center gap-3 rounded-md border border-line-strong bg-raised px-3.5 focus-within:outline-2 focus-within:outline-accent"
          >
            <Search size={17} aria-hidden className="shrink-0 text-faint" />
            <span className="sr-only">{text('search.label')}</span>
            <input
              id={id}
              type="search"
              ref={focusAtFirst}
              value={typed}
              maxLength={maxQueryLength}
              onChange={(event) => setTyped(event.target.value)}
              placeholder={text('search.placeholder')}
              className="min-w-0 flex-1 bg-transparent outline-none placeholder:text-faint [&::-webkit-search-cancel-button]:hidden"
              data-testid="search-input"
            />
            {typed !== '' && (
              <IconButton label={text('search.clear')} size="small" onClick={() => setTyped('')}>
                <X size={15} aria-hidden />
              </IconButton>
            )}
          </label>
          <FilterBar search={search} onSearch={onSearch} models={models} />
        </form>
        {isBlank(search.query) ? (
          <p className="mt-8 text-sm leading-relaxed text-soft">{text('search.about')}</p>
        ) : (
          <Results search={search} />
        )}
      </div>
    </div>
  )
}

function focusAtFirst(input: HTMLInputElement | null) {
  if (input && document.activeElement === document.body) input.focus()
}

function Results({ search }: { readonly search: SearchAddress }) {
  const text = useText()
  const { say } = useAnnouncer()
  const { query, role, model, from, to, hasToolCalls } = search
  // The time zone of the filters' days.
  const [zone] = useState(readTimeZone)
  const input = {
    query,
    limit: pageSize,
    ...(role === null ? {} : { role }),
    ...(model === null ? {} : { model }),
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
    ...(hasToolCalls ? { hasToolCalls } : {}),
    ...zone,
  }
  const results = trpc.search.messages.useInfiniteQuery(input, {
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 0,
    gcTime: 60_000,
  })
  const { data, isPending, isError, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = results
  const items = data?.pages.flatMap((page) => page.items) ?? []
  const conversations = data?.pages[0]?.conversations ?? []
  const count = items.length + conversations.length
  // No match of the phrase so far: the server stopped searching for this page, but the next page may have matches.
  const isEmptySoFar = data !== undefined && count === 0 && hasNextPage
  const summary = data ? text('search.count', { count, more: hasNextPage ? 'yes' : 'no' }) : null
  useEffect(() => {
    if (summary !== null && !isEmptySoFar) say(summary)
  }, [summary, isEmptySoFar, say])

  useEffect(() => {
    if (isEmptySoFar && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [isEmptySoFar, isFetchingNextPage, isFetchNextPageError, fetchNextPage])

  if (isPending || (isEmptySoFar && !isFetchNextPageError)) return <ResultsSkeleton />
  if (isFetchNextPageError || (isError && !data)) {
    return (
      <div className="mt-8 space-y-3 text-sm text-soft">
        <p>{text('search.failed')}</p>
        <Button size="small" onClick={() => void refetch()}>
          {text('try-again')}
        </Button>
      </div>
    )
  }
  if (count === 0) {
    return (
      <p className="mt-8 text-sm leading-relaxed text-soft" data-testid="search-nothing">
        {text(hasFilters(search) ? 'search.nothing.filtered' : 'search.nothing')}
      </p>
    )
  }
  return (
    <div className="mt-5 space-y-6">
      <p className="text-xs text-faint tabular-nums" data-testid="search-count">
        {summary}
      </p>
      {conversations.length > 0 && (
        <section aria-labelledby="found-conversations">
          <h2 id="found-conversations" className="mb-1 text-xs font-medium text-faint">
            {text('search.conversations')}
          </h2>
          <ul className="-mx-3">
            {conversations.map(({ id, title, ranges }) => (
              <li key={id}>
                <Link
                  href={conversationPath(id)}
                  className="block truncate rounded-sm px-3 py-1.5 text-sm hover:bg-hover touch:py-3"
                  data-testid="found-conversation"
                >
                  <Highlighted text={title} ranges={ranges} />
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      {items.length > 0 && (
        <section aria-labelledby="found-messages">
          <h2 id="found-messages" className="mb-1 text-xs font-medium text-faint">
            {text('search.messages')}
          </h2>
          <ul className="-mx-3 divide-y divide-line/60">
            {items.map((item) => (
              <li key={item.messageId}>
                <Link
                  href={messagePath(item.conversationId, item.messageId, query)}
                  className="block rounded-sm px-3 py-3 text-sm hover:bg-hover"
                  data-testid="found-message"
                  data-message-id={item.messageId}
                >
                  <ResultLine item={item} />
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      {hasNextPage && (
        <Button onClick={() => void fetchNextPage()} disabled={isFetchingNextPage} data-testid="search-more">
          {text('conversations.more')}
        </Button>
      )}
    </div>
  )
}

function ResultsSkeleton() {
  return (
    <LoadingShape className="mt-8 space-y-6">
      {['w-3/4', 'w-5/6', 'w-2/3'].map((width) => (
        <div key={width} className="space-y-2.5">
          <Skeleton className="w-1/3" />
          <Skeleton className={width} />
        </div>
      ))}
    </LoadingShape>
  )
}
