import '../../i18n/later-english.ts'
import { isActive, type conversationsMomentsOutput, type Conversation, type Message, type Snapshot } from '@holdfast/shared'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { v7 as uuidv7 } from 'uuid'
import { useLocation } from 'wouter'
import type { z } from 'zod'
import { locale } from '../../i18n/locale.ts'
import { useText } from '../../i18n/use-text.ts'
import { modelToName } from '../../lib/model-name.ts'
import { conversationPath } from '../../lib/routes.ts'
import { Markdown } from '../../markdown/markdown.tsx'
import { useClient } from '../../react/client-context.tsx'
import { Button } from '../../ui/button.tsx'
import { focusOnce } from '../../ui/focus-once.ts'
import { formatDateTime } from '../../ui/format-time.ts'
import { errorToSentence } from '../../react/error-to-sentence.ts'

type Moment = z.infer<typeof conversationsMomentsOutput>['items'][number]

export interface EarlierVersionsProps {
  readonly conversation: Conversation
  readonly onBack: () => void
  readonly onClose: () => void
}

/** What happened to a conversation, each moment of it to look at and to continue from. */
export function EarlierVersions({ conversation, onBack, onClose }: EarlierVersionsProps) {
  const text = useText()
  const { trpc } = useClient()
  const conversationId = conversation.id
  const [moment, setMoment] = useState<Moment | null>(null)
  const moments = useInfiniteQuery({
    queryKey: ['conversations', 'moments', conversationId],
    queryFn: ({ pageParam, signal }) =>
      trpc.conversations.moments.query({ conversationId, ...(pageParam === null ? {} : { cursor: pageParam }) }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    staleTime: 0,
    gcTime: 0,
  })
  const items = moments.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <div className="space-y-4 text-sm" data-testid="earlier-versions">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 key={moment?.cursor} ref={focusOnce} tabIndex={-1} className="text-sm font-semibold outline-none">
          {text('earlier.title')}
        </h3>
        <Button size="small" onClick={moment ? () => setMoment(null) : onBack}>
          {text(moment ? 'earlier.list' : 'earlier.back')}
        </Button>
      </div>
      {moment ? (
        <EarlierState conversationId={conversationId} moment={moment} onClose={onClose} />
      ) : (
        <>
          <p className="text-soft">{text('earlier.about')}</p>
          {moments.isPending && <p role="status">{text('loading')}</p>}
          {moments.isError && <Failed onTryAgain={() => void moments.refetch()} />}
          {moments.isSuccess && items.length === 0 && <p className="text-soft">{text('earlier.none')}</p>}
          <ol className="space-y-1.5">
            {items.map((item) => (
              <li key={`${item.cursor} ${item.kind}`}>
                <button
                  type="button"
                  onClick={() => setMoment(item)}
                  className="w-full rounded-md border border-line px-3 py-2 text-left hover:bg-hover touch:min-h-11"
                >
                  <span className="flex items-baseline justify-between gap-6">
                    <span className="font-medium">{text(`earlier.kind.${item.kind}`)}</span>
                    <time dateTime={item.at} className="shrink-0 text-xs text-faint tabular-nums">
                      {formatDateTime(item.at, locale)}
                    </time>
                  </span>
                  {item.text !== '' && (
                    <span className="block truncate text-soft" dir="auto">
                      {item.text}
                    </span>
                  )}
                </button>
              </li>
            ))}
          </ol>
          {moments.hasNextPage && (
            <Button size="small" disabled={moments.isFetchingNextPage} onClick={() => void moments.fetchNextPage()}>
              {text(moments.isFetchingNextPage ? 'loading' : 'earlier.more')}
            </Button>
          )}
        </>
      )}
    </div>
  )
}

function EarlierState(props: { readonly conversationId: string; readonly moment: Moment; readonly onClose: () => void }) {
  const { conversationId, moment, onClose } = props
  const text = useText()
  const { trpc } = useClient()
  const [, navigate] = useLocation()
  const [failure, setFailure] = useState<string | null>(null)
  const [isCopying, setCopying] = useState(false)
  const { cursor } = moment
  // A second try after a lost response makes no second copy.
  const requestId = useMemo(() => uuidv7(), [])
  const state = useQuery({
    queryKey: ['conversations', 'at', conversationId, cursor],
    queryFn: ({ signal }) => trpc.conversations.at.query({ conversationId, cursor, limit: 100 }, { signal }),
    gcTime: 0,
  })
  if (state.isPending) return <p role="status">{text('loading')}</p>
  if (state.isError) return <Failed onTryAgain={() => void state.refetch()} />
  const leafId = toLeaf(state.data)
  const copy = async () => {
    if (leafId === null) return
    setCopying(true)
    setFailure(null)
    try {
      const { id } = await trpc.conversations.fork.mutate({ requestId, messageId: leafId, cursor })
      onClose()
      navigate(conversationPath(id))
    } catch (error) {
      setCopying(false)
      setFailure(errorToSentence(error, text))
    }
  }
  return (
    <section aria-label={text('earlier.title')} className="space-y-4">
      <p className="text-soft">
        {text('earlier.then', { when: formatDateTime(moment.at, locale) })}
        {' · '}
        <span dir="auto">{state.data.conversation.title}</span>
      </p>
      {state.data.nextCursor !== null && <p className="text-faint">{text('earlier.page')}</p>}
      {state.data.messages.length === 0 && <p className="text-soft">{text('earlier.empty')}</p>}
      {state.data.messages.map((message) => (
        <EarlierMessage key={message.id} message={message} />
      ))}
      <div className="flex flex-wrap items-center justify-end gap-2">
        {failure !== null && (
          <p role="alert" className="mr-auto text-sm text-danger-ink">
            {failure}
          </p>
        )}
        <Button tone="accent" disabled={leafId === null || isCopying} onClick={() => void copy()}>
          {text('earlier.continue')}
        </Button>
      </div>
    </section>
  )
}

/** The end of the path that is shown. Running answers on other branches stand behind it. */
function toLeaf({ conversation, messages }: Snapshot): string | null {
  return messages.find(({ id }) => id === conversation.activeMessageId)?.id ?? null
}

function EarlierMessage({ message }: { readonly message: Message }) {
  const text = useText()
  const isQuestion = message.role === 'user'
  const names = message.parts.flatMap((part) => (part.type === 'file' || part.type === 'tool-call' ? part.name : []))
  return (
    <article data-testid="earlier-message">
      <h4 className="mb-1.5 text-xs font-medium text-soft">
        {isQuestion ? text('thread.you') : message.model ? modelToName(message.model) : text('thread.assistant')}
      </h4>
      {names.length > 0 && <p className="mb-1 text-xs text-faint">{names.join(' · ')}</p>}
      {isQuestion ? (
        <p className="rounded-md bg-turn px-4 py-3 leading-relaxed wrap-anywhere whitespace-pre-wrap" dir="auto">
          {message.content}
        </p>
      ) : (
        <Markdown text={message.content} />
      )}
      {isActive(message.status) && <p className="mt-1 text-xs text-faint">{text('earlier.running')}</p>}
    </article>
  )
}

function Failed({ onTryAgain }: { readonly onTryAgain: () => void }) {
  const text = useText()
  return (
    <div className="flex items-center gap-3 text-soft">
      <p role="alert">{text('earlier.failed')}</p>
      <Button size="small" onClick={onTryAgain}>
        {text('try-again')}
      </Button>
    </div>
  )
}
