import { findMatches, textToQuery, textToWords, type Id } from '@holdfast/shared'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef } from 'react'
import type { ConversationView } from '../../conversation-store/conversation-view.ts'
import { useText } from '../../i18n/use-text.ts'
import { afterSend } from '../../preferences/preferences.ts'
import { useShortcuts } from '../../shortcuts/use-shortcuts.ts'
import { EarlierMessages, useEarlierPages } from './earlier-messages.tsx'
import { useFind } from './find/use-find.tsx'
import { JumpToLatest } from './jump-to-latest.tsx'
import type { MessagePiece } from './list/message-piece.ts'
import { ThreadRowsView } from './list/thread-rows-view.tsx'
import { useThreadRows, type ThreadRow } from './list/thread-rows.ts'
import { useAnswerPieces } from './list/use-answer-pieces.ts'
import { KeepRowContext, useKeptRows } from './list/use-kept-rows.ts'
import { useKeptSelection } from './list/use-kept-selection.ts'
import { useNoteLinks } from './list/use-note-links.ts'
import { useThreadScroll } from './list/use-thread-scroll.ts'
import { onLastAnswerRequest } from './last-answer-request.ts'
import { MessageFrame, MessageItem } from './message-item.tsx'
import { NewerElsewhere } from './newer-elsewhere.tsx'
import type { Place } from './place.ts'
import { ReaderContext } from './reader-context.ts'
import type { ThreadActions } from './thread-actions.ts'
import { useAnswerAnnouncements } from './use-answer-announcements.ts'
import { usePrint } from './use-print.tsx'
import { isWriting, useThreadKeys } from './use-thread-keys.ts'
import { useToolAnnouncements } from './use-tool-announcements.ts'

export interface ThreadProps {
  readonly view: ConversationView
  readonly actions: ThreadActions
  /** The same function for as long as the conversation is open. */
  readonly onLoadEarlier: () => void
  /** The message that somebody came to see; it is brought into sight. */
  readonly markedId?: Id | null
  /** What they came to see in it: of a long message, the row with these words is brought into sight. */
  readonly markedWords?: string | null
  /** Where the reader was the last time; null for the end. */
  readonly initialPlace?: Place | null
  /** Told whenever the reader goes elsewhere; null is the end. */
  readonly onPlace?: (place: Place | null) => void
}

/** A conversation as it is read: from the oldest loaded message down to the end. */
export function Thread(props: ThreadProps) {
  const { view, actions, onLoadEarlier, markedId = null, markedWords = null, initialPlace = null, onPlace } = props
  const text = useText()
  const { messages, earlier } = view
  const contentRef = useRef<HTMLDivElement>(null)
  const pieces = useAnswerPieces(messages)
  const { byMessage } = pieces
  const rows = useThreadRows(messages, earlier === 'none', pieces)
  const { keptRows, activeKey, keepRow } = useKeptRows(contentRef, rows)
  const tellPlace = useRef<() => void>(() => undefined)
  const scroll = useThreadScroll({
    rows,
    messages,
    pieces,
    keptRows,
    contentRef,
    initialPlace,
    onScroll: () => tellPlace.current(),
  })
  const { virtualizer, isFollowing, jumpToEnd, showRow, pinRow } = scroll
  useKeptSelection(contentRef, scroll.letGo)
  tellPlace.current = () => onPlace?.(scroll.readPlace())
  const isLive = view.connection.status === 'live'
  const count = earlier === 'none' ? messages.length : -1
  const active = activeKey === null ? undefined : rows.rows[rows.rowByKey.get(activeKey) ?? -1]
  const tabStop = active?.kind === 'message' ? active.messageId : messages.at(-1)?.id
  useAnswerAnnouncements(messages)
  useToolAnnouncements(messages)
  useEarlierPages(virtualizer, earlier, onLoadEarlier)
  useMoveOnSend(view, jumpToEnd, pinRow)
  const focusMessage = useFocusMessage(contentRef)
  const words = useRef(markedWords)
  words.current = markedWords
  useLayoutEffect(() => {
    if (markedId === null) return
    focusMessage(markedId)
    showRow(findRowWithWords(byMessage.get(markedId), words.current) ?? markedId)
  }, [markedId, byMessage, focusMessage, showRow])

  const goTo = (where: 'previous' | 'next' | 'first' | 'last') => {
    const key = findDestination(where)
    if (key === undefined) return
    focusMessage(key)
    if (where === 'first') scroll.jumpToStart()
    else if (where === 'last' || (key === messages.at(-1)?.id && isFollowing)) jumpToEnd()
    else showRow(key)
  }
  const findDestination = (where: 'previous' | 'next' | 'first' | 'last'): Id | undefined => {
    if (where === 'first') return firstId
    if (where === 'last') return messages.findLast(({ id }) => rows.rowByKey.has(id))?.id
    const focused = document.activeElement?.closest<HTMLElement>('[data-message-id]')?.dataset['messageId']
    const list = rows.rows
    const step = where === 'next' ? 1 : -1
    // Who comes from elsewhere begins with what is in sight, or with the last one.
    const inSight = isFollowing ? list.length : (virtualizer.range?.startIndex ?? 0) - step
    let row = (focused === undefined ? inSight : (rows.rowByKey.get(focused) ?? inSight)) + step
    while (row in list && !isBeginning(list[row])) row += step
    return list[row]?.key
  }
  const printed = usePrint(view)
  const find = useFind({
    messages,
    pieces: byMessage,
    earlier,
    onLoadEarlier,
    contentRef,
    scrollerRef: scroll.scrollerRef,
    firstInSight: () => scroll.readPlace()?.messageId ?? null,
    showRow,
    showInRow: scroll.showInRow,
  })
  useThreadKeys(goTo)
  useNoteLinks(contentRef, byMessage, showRow)
  const showLastAnswer = useRef(() => {})
  showLastAnswer.current = () => {
    const answer = messages.findLast(({ role }) => role === 'assistant')
    if (!answer) return
    focusMessage(answer.id)
    showRow(answer.id)
  }
  useEffect(() => onLastAnswerRequest(() => showLastAnswer.current()), [])
  const { letGo } = scroll
  const reader = useMemo(() => ({ letGo, showMessage: showRow }), [letGo, showRow])
  const { isHeldAtStart } = scroll
  const firstId = rows.rows.find(({ kind }) => kind === 'message')?.key
  useEffect(() => {
    if (firstId !== undefined && isHeldAtStart()) focusMessage(firstId)
  }, [firstId, isHeldAtStart, focusMessage])
  useShortcuts({
    findInConversation: find.open,
    previousMessage: () => (isWriting() ? false : goTo('previous')),
    nextMessage: () => (isWriting() ? false : goTo('next')),
  })

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroll.scrollerRef}
        className="h-full overflow-y-auto overscroll-contain [overflow-anchor:none]"
        tabIndex={-1}
        data-testid="thread"
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
                content={(message, { index, piece }) => (
                  <MessageItem
                    message={message}
                    piece={byMessage.get(message.id)?.[piece] ?? null}
                    delivery={view.deliveries[message.id] ?? null}
                    retry={view.retries[message.id] ?? null}
                    isStopping={message.id in view.stopping}
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
        </div>
        <div ref={scroll.roomRef} aria-hidden />
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
      {find.bar}
      {printed}
      <div className="pointer-events-none absolute inset-x-0 bottom-3 flex flex-col items-center gap-2" data-chrome="">
        {view.newerLeafId !== null && (
          <NewerElsewhere
            onShow={() => {
              actions.selectNewest()
              jumpToEnd()
            }}
          />
        )}
        <JumpToLatest messages={messages} isFollowing={isFollowing || scroll.isEndInSight} onJump={jumpToEnd} />
      </div>
    </div>
  )
}

/** Where a message begins: not a day, nor where a long one goes on. */
function isBeginning(row: ThreadRow | undefined): boolean {
  return row?.kind === 'message' && row.piece === 0
}

/** The row of a long message in which most of what was searched for stands. */
function findRowWithWords(pieces: readonly MessagePiece[] = [], words: string | null): string | undefined {
  const { wanted } = textToQuery(words ?? '')
  let best: { readonly key: string; readonly count: number } | undefined
  for (const { key, items } of pieces) {
    const found = [...textToWords(items.map(({ text }) => text?.source ?? '').join('\n'))]
    const count = wanted.filter((clause) => findMatches(found, { wanted: [clause], unwanted: [] }).length > 0).length
    if (count > (best?.count ?? 0)) best = { key, count }
  }
  return best?.key
}

/** Gives the focus to a message, as soon as it exists as an element. It moves nothing. */
function useFocusMessage(contentRef: { readonly current: HTMLElement | null }): (messageId: Id) => void {
  const wanted = useRef<Id | null>(null)
  const tryFocus = useCallback(() => {
    if (wanted.current === null) return
    const element = contentRef.current?.querySelector<HTMLElement>(`[data-message-id="${CSS.escape(wanted.current)}"]`)
    if (!element) return
    wanted.current = null
    element.focus({ preventScroll: true })
  }, [contentRef])
  useEffect(tryFocus)
  return useCallback(
    (messageId) => {
      wanted.current = messageId
      tryFocus()
    },
    [tryFocus],
  )
}

/** Sending shows what was sent, wherever the reader was: at the end, which is followed, or at the top of the view, which then stays. */
function useMoveOnSend(view: ConversationView, jumpToEnd: () => void, pinRow: (messageId: Id) => void) {
  const newest = Object.entries(view.deliveries).reduce<readonly [Id, string] | null>(
    (latest, [messageId, { requestId }]) => (latest && latest[1] > requestId ? latest : [messageId, requestId]),
    null,
  )
  const [messageId, requestId] = newest ?? []
  const seen = useRef(requestId)
  useLayoutEffect(() => {
    if (messageId === undefined || requestId === undefined || requestId === seen.current) return
    seen.current = requestId
    if (afterSend.get() === 'stay') pinRow(messageId)
    else jumpToEnd()
  }, [messageId, requestId, jumpToEnd, pinRow])
}
