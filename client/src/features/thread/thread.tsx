import type { Id } from '@holdfast/shared'
import { ArrowDown } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react'
import type { ConversationView } from '../../conversation-store/conversation-view.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { MessageItem } from './message-item.tsx'
import type { ThreadActions } from './thread-actions.ts'
import { useAnswerAnnouncements } from './use-answer-announcements.ts'
import { useStickToEnd } from './use-stick-to-end.ts'
import { useToolAnnouncements } from './use-tool-announcements.ts'

export interface ThreadProps {
  readonly view: ConversationView
  readonly actions: ThreadActions
  readonly onLoadEarlier: () => void
  /** The message that somebody came to see; it is brought into sight. */
  readonly markedId?: Id | null
}

/** A conversation as it is read: from the oldest loaded message down to the end. */
export function Thread({ view, actions, onLoadEarlier, markedId = null }: ThreadProps) {
  const text = useText()
  const { messages, earlier } = view
  const top = messages[0]
  const { scrollerRef, contentRef, isFollowing, jumpToEnd, showElement } = useStickToEnd(top?.id ?? null)
  const isRunning = messages.some((message) => message.status === 'generating' || message.status === 'queued')
  const isLive = view.connection.status === 'live'
  useAnswerAnnouncements(messages)
  useToolAnnouncements(messages)
  useJumpOnSend(view, jumpToEnd)
  useShowMarked({ scrollerRef, contentRef, markedId, showElement })

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scrollerRef}
        className="h-full overflow-y-auto overscroll-contain [overflow-anchor:none]"
        tabIndex={-1}
        data-testid="thread"
        data-following={isFollowing}
      >
        <div ref={contentRef} className="mx-auto max-w-[46rem] px-5 pt-6 pb-10 sm:px-8">
          <EarlierMessages state={earlier} onLoad={onLoadEarlier} />
          <div role="log" aria-live="off" aria-label={text('thread.messages')} className="space-y-6">
            {messages.map((message, index) => (
              <MessageItem
                key={message.id}
                message={message}
                delivery={view.deliveries[message.id] ?? null}
                retry={view.retries[message.id] ?? null}
                isStopping={message.id in view.stopping}
                decisions={view.decisions}
                isMarked={message.id === markedId}
                isLast={index === messages.length - 1}
                isLive={isLive}
                actions={actions}
              />
            ))}
          </div>
        </div>
      </div>
      {/* What scrolls goes under the header and the composer softly. Painted over it: a mask would paint all of it again each frame. */}
      <div
        aria-hidden
        data-chrome=""
        className="pointer-events-none absolute inset-x-0 top-0 mr-4 h-4 bg-linear-to-b from-paper to-transparent"
      />
      <div
        aria-hidden
        data-chrome=""
        className="pointer-events-none absolute inset-x-0 bottom-0 mr-4 h-7 bg-linear-to-t from-paper to-transparent"
      />
      {!isFollowing && (
        <div className="pointer-events-none absolute inset-x-0 bottom-3 flex justify-center">
          <Button
            size="small"
            className="rise pointer-events-auto rounded-full! border-line-strong! bg-raised shadow-overlay"
            onClick={jumpToEnd}
            data-testid="jump-to-latest"
          >
            <ArrowDown size={14} aria-hidden />
            {text(isRunning ? 'thread.jump.writing' : 'thread.jump')}
          </Button>
        </div>
      )}
    </div>
  )
}

/** What is read while it is still being laid out moves; for so long it is held in place. */
const settlingMs = 1_500

/** Who came to see a message sees it, and a screen reader goes on from there. */
function useShowMarked(options: {
  readonly scrollerRef: RefObject<HTMLElement | null>
  readonly contentRef: RefObject<HTMLElement | null>
  readonly markedId: Id | null
  readonly showElement: (element: HTMLElement) => void
}) {
  const { scrollerRef, contentRef, markedId, showElement } = options
  useLayoutEffect(() => {
    const scroller = scrollerRef.current
    const element = markedId === null ? null : scroller?.querySelector<HTMLElement>(`[data-message-id="${CSS.escape(markedId)}"]`)
    if (!scroller || !element || !contentRef.current) return
    element.focus({ preventScroll: true })
    const observer = new ResizeObserver(() => showElement(element))
    observer.observe(contentRef.current)
    const leave = () => observer.disconnect()
    const timer = setTimeout(leave, settlingMs)
    for (const name of ['wheel', 'pointerdown', 'keydown'] as const) scroller.addEventListener(name, leave, { passive: true })
    return () => {
      leave()
      clearTimeout(timer)
      for (const name of ['wheel', 'pointerdown', 'keydown'] as const) scroller.removeEventListener(name, leave)
    }
  }, [scrollerRef, contentRef, markedId, showElement])
}

/** Sending shows what was sent, wherever the reader was. */
function useJumpOnSend(view: ConversationView, jumpToEnd: () => void) {
  const newest = Object.values(view.deliveries)
    .map((delivery) => delivery.requestId)
    .sort()
    .at(-1)
  const seen = useRef(newest)
  useLayoutEffect(() => {
    if (newest === undefined || newest === seen.current) return
    seen.current = newest
    jumpToEnd()
  }, [newest, jumpToEnd])
}

function EarlierMessages({ state, onLoad }: { readonly state: ConversationView['earlier']; readonly onLoad: () => void }) {
  const text = useText()
  const ref = useRef<HTMLDivElement>(null)
  const load = useRef(onLoad)
  load.current = onLoad
  const isAvailable = state === 'available'
  useEffect(() => {
    const element = ref.current
    if (!element || !isAvailable) return
    // Two screens ahead: a reader who scrolls up does not get to see the seam.
    const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && load.current(), {
      root: element.closest('[data-testid=thread]'),
      rootMargin: '1600px 0px 0px',
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [isAvailable])
  if (state === 'none') return null
  return (
    <div ref={ref} className="flex h-12 items-center justify-center text-sm text-faint">
      {state === 'loading' && <span role="status">{text('thread.earlier.loading')}</span>}
      {state !== 'loading' && (
        <Button tone="quiet" size="small" onClick={onLoad}>
          {text(state === 'failed' ? 'thread.earlier.failed' : 'thread.earlier')}
        </Button>
      )}
    </div>
  )
}
