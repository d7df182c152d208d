import type { Id } from '@holdfast/shared'
import { useMemo, useRef, type Ref } from 'react'
import type { ConversationView } from '../../sdk/conversation-store/conversation-view.ts'
import { useText } from '../../i18n/use-text.ts'
import { useShortcuts } from '../../shortcuts/use-shortcuts.ts'
import { useAnswerAnnouncements } from './announce/use-answer-announcements.ts'
import { useToolAnnouncements } from './announce/use-tool-announcements.ts'
import { EarlierMessages, useEarlierPages } from './earlier-messages.tsx'
import { useFind } from './find/use-find.tsx'
import { JumpToLatest } from './jump-to-latest.tsx'
import { KeptSelection } from './list/kept-selection.tsx'
import { ThreadRowsView } from './list/thread-rows-view.tsx'
import { useNoteLinks } from './list/use-note-links.ts'
import { useThreadScroll } from './list/use-thread-scroll.ts'
import { MessageFrame, MessageItem } from './message/message-item.tsx'
import { ReaderContext } from './model/reader-context.ts'
import type { ScrollAnchor } from './model/scroll-anchor.ts'
import type { ThreadActions } from './model/thread-actions.ts'
import type { ThreadHandle } from './model/thread-handle.ts'
import { useThreadRows } from './model/thread-rows.ts'
import { useAnswerSegments } from './model/use-answer-segments.ts'
import { KeepRowContext, useKeptRows } from './model/use-kept-rows.ts'
import { NewerElsewhere } from './newer-elsewhere.tsx'
import { useFocusMessage } from './use-focus-message.ts'
import { useShowMarked } from './use-show-marked.ts'
import { useMessageNavigation } from './use-message-navigation.ts'
import { usePrint } from './use-print.tsx'
import { useScrollOnSend } from './use-scroll-on-send.ts'
import { useThreadHandle } from './use-thread-handle.ts'

export interface ThreadProps {
  readonly view: ConversationView
  readonly actions: ThreadActions
  /** The same function for as long as the conversation is open. */
  readonly onLoadEarlier: () => void
  /** The message that the address names; it is brought into sight. */
  readonly markedId?: Id | null
  /** The words that it was found by: of a long message, the row with these words is brought into sight. */
  readonly markedWords?: string | null
  /** The reader's last position; null for the end. */
  readonly initialAnchor?: ScrollAnchor | null
  /** Called whenever the reader goes elsewhere; null is the end. */
  readonly onAnchor?: (anchor: ScrollAnchor | null) => void
  readonly handleRef?: Ref<ThreadHandle>
}

/** A conversation as it is read: from the oldest loaded message down to the end. */
export function Thread(props: ThreadProps) {
  const { view, actions, onLoadEarlier, markedId = null, markedWords = null, initialAnchor = null, onAnchor, handleRef } = props
  const text = useText()
  const { messages, earlier } = view
  const scrollerRef = useRef<HTMLDivElement>(null)
  const contentRef = useRef<HTMLDivElement>(null)
  const roomRef = useRef<HTMLDivElement>(null)

  const segments = useAnswerSegments(messages)
  const segmentsByMessage = segments.byMessage
  const rows = useThreadRows(messages, earlier === 'none', segments)
  const { keptRows, activeKey, keepRow } = useKeptRows(contentRef, rows)
  const scroll = useThreadScroll({
    rows,
    messages,
    segments,
    keptRows,
    scrollerRef,
    contentRef,
    roomRef,
    initialAnchor,
    onAnchor,
  })
  const { scroller, virtualizer, isFollowing, isEndInSight, isNearEnd } = scroll
  useEarlierPages(virtualizer, earlier, onLoadEarlier)
  useScrollOnSend(view, scroller)

  const focusMessage = useFocusMessage(contentRef)
  useShowMarked({ markedId, markedWords, segmentsByMessage, scroller, focusMessage })
  useMessageNavigation({ rows, messages, scroll, scrollerRef, focusMessage })
  useNoteLinks(contentRef, segmentsByMessage, scroller.showRow)

  const find = useFind({ messages, segmentsByMessage, earlier, onLoadEarlier, contentRef, scrollerRef, scroller })
  useShortcuts({ findInConversation: find.open })
  const registerEditor = useThreadHandle({
    handleRef,
    messages,
    openFind: find.open,
    showMessage: (messageId) => {
      focusMessage(messageId)
      scroller.showRow(messageId)
    },
  })
  const reader = useMemo(
    () => ({ letGo: scroller.letGo, showMessage: scroller.showRow, registerEditor }),
    [scroller, registerEditor],
  )

  useAnswerAnnouncements(messages)
  useToolAnnouncements(messages)
  const printed = usePrint(view)

  const isLive = view.connection.status === 'live'
  const count = earlier === 'none' ? messages.length : -1
  const active = activeKey === null ? undefined : rows.rows[rows.rowByKey.get(activeKey) ?? -1]
  const tabStop = active?.kind === 'message' ? active.messageId : messages.at(-1)?.id
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scrollerRef}
        className="h-full overflow-y-auto overscroll-contain [overflow-anchor:none] [scrollbar-gutter:stable_both-edges]"
        tabIndex={-1}
        data-testid="thread"
        data-part="thread"
        data-following={isFollowing}
      >
        <div ref={contentRef} className="relative mx-auto max-w-[46rem] px-5 sm:px-8">
          <EarlierMessages state={earlier} onLoad={onLoadEarlier} />
          <ReaderContext value={reader}>
            <KeepRowContext value={keepRow}>
              <ThreadRowsView
                rows={rows}
                messages={messages}
                virtualizer={virtualizer}
                label={text('thread.messages')}
                frame={(message, index, children) => (
                  <MessageFrame
                    message={message}
                    delivery={view.deliveries[message.id] ?? null}
                    isMarked={message.id === markedId}
                    position={index + 1}
                    count={count}
                    isTabStop={message.id === tabStop}
                    isLive={isLive}
                  >
                    {children}
                  </MessageFrame>
                )}
                content={(message, { index, segment }) => (
                  <MessageItem
                    message={message}
                    segment={segmentsByMessage.get(message.id)?.[segment] ?? null}
                    delivery={view.deliveries[message.id] ?? null}
                    retry={view.retries[message.id] ?? null}
                    isStopping={message.id in view.stopping}
                    isStalled={message.id in view.stalled}
                    decisions={view.decisions}
                    isSought={message.id === markedId || message.id === find.soughtId}
                    isLast={index === messages.length - 1}
                    isLive={isLive}
                    actions={actions}
                  />
                )}
              />
            </KeepRowContext>
          </ReaderContext>
          <KeptSelection contentRef={contentRef} onSelected={scroller.letGo} />
        </div>
        <div ref={roomRef} aria-hidden />
      </div>
      <ScrollEdges />
      {find.bar}
      {printed}
      <div className="pointer-events-none absolute inset-x-0 bottom-3 flex flex-col items-center gap-2" data-chrome="">
        {view.newerLeafId !== null && (
          <NewerElsewhere
            onShow={() => {
              actions.selectNewest()
              scroller.jumpToEnd()
            }}
          />
        )}
        <JumpToLatest
          messages={messages}
          isFollowing={isFollowing || isEndInSight}
          isNearEnd={isNearEnd}
          onJump={scroller.jumpToEnd}
        />
      </div>
    </div>
  )
}

/** Fades what scrolls under the header and the composer. Painted over it, because a mask would repaint all of it in each frame. */
function ScrollEdges() {
  return (
    <>
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
    </>
  )
}
