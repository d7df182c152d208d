import type { Message } from '@holdfast/shared'
import { useEffectEvent, useLayoutEffect, useState, type RefObject } from 'react'
import { useStore } from '../../../lib/use-store.ts'
import type { ScrollAnchor } from '../model/scroll-anchor.ts'
import type { ThreadRows } from '../model/thread-rows.ts'
import type { ThreadSegments } from '../model/use-answer-segments.ts'
import { findSegmentRow } from './find-segment-row.ts'
import type { ScrollState, ViewState } from './scroll-state.ts'
import { ThreadScroller } from './thread-scroller.ts'
import { useReaderIntents } from './use-reader-intents.ts'
import { useThreadVirtualizer, type ThreadVirtualizer } from './use-thread-virtualizer.ts'

/*
 * The scrolling of the thread.
 *
 * One owner: `ThreadScroller` is the only code that sets the scroll position, besides the virtualizer, which compensates for rows that
 * are added or change their size above what is read.
 *
 * The view has one of four states (scroll-state.ts): it follows the end, the reader moves it, it is held at the start, or it
 * shows a row at an offset. `transition` decides which, from events: scroll events, what the reader does (use-reader-intents.ts),
 * requests to jump, new widths, time. After each event that asks for it, each rendering and each resize the scroller puts the view
 * where the state wants it, before anything is painted.
 *
 * Invariants:
 * - Following ends with any move up by the reader. It begins again only by coming back to the end, by a jump, or by sending.
 * - While the position is the reader's, only the virtualizer corrects it: what is added above or below moves nothing in sight.
 * - While following, the view moves only when the content or the view changes size, so that it never fights the reader's finger.
 * - A row that is shown is held for a moment, until formatting has settled; any action of the reader ends that.
 * - A new width keeps the same part of the same row in place, also over several widths in a row.
 */

export interface ThreadScrollOptions {
  readonly rows: ThreadRows
  readonly messages: readonly Message[]
  readonly segments: ThreadSegments
  readonly keptRows: readonly number[]
  readonly scrollerRef: RefObject<HTMLDivElement | null>
  readonly contentRef: RefObject<HTMLDivElement | null>
  /** Room below the content, so that its last rows can be at the top of the view. */
  readonly roomRef: RefObject<HTMLDivElement | null>
  /** The reader's last position; null for the end. */
  readonly initialAnchor: ScrollAnchor | null
  /** Called when the reader goes elsewhere; null is the end. */
  readonly onAnchor: ((anchor: ScrollAnchor | null) => void) | undefined
}

export interface ThreadScroll {
  /** The same object for as long as the thread is mounted. */
  readonly scroller: ThreadScroller
  readonly virtualizer: ThreadVirtualizer
  readonly isFollowing: boolean
  readonly isEndInSight: boolean
  readonly isNearEnd: boolean
}

export function useThreadScroll(options: ThreadScrollOptions): ThreadScroll {
  const { rows, messages, segments, keptRows, scrollerRef, contentRef, roomRef } = options
  const [initial] = useState(() => anchorToState(options.initialAnchor, rows))
  const [scroller] = useState(() => new ThreadScroller(initial, rows))
  const virtualizer = useThreadVirtualizer({
    rows,
    messages,
    segments,
    scrollerRef,
    keptRows,
    onMove: scroller.moved,
    initialOffset: (offsetOfRow) => Math.max(0, findInitialOffset(initial.view, rows, offsetOfRow)),
  })
  useReaderIntents(scrollerRef, contentRef, { onLeaveEnd: scroller.letGo, onTake: scroller.takeOver })

  const onScroll = useEffectEvent(() => options.onAnchor?.(scroller.readAnchor()))
  useLayoutEffect(() => {
    const [view, content, room] = [scrollerRef.current, contentRef.current, roomRef.current]
    if (!view || !content || !room) return
    return scroller.attach({ scroller: view, content, room, virtualizer }, () => onScroll())
  }, [scroller, virtualizer, scrollerRef, contentRef, roomRef])
  useLayoutEffect(() => scroller.rendered(rows))
  useLayoutEffect(() => {
    if (initial.view.kind === 'showing') scroller.showRow(initial.view.target.key, initial.view.target.offset)
  }, [scroller, initial])

  return { scroller, virtualizer, ...useStore(scroller.summary) }
}

function anchorToState(anchor: ScrollAnchor | null, rows: ThreadRows): ScrollState {
  if (!anchor || !rows.rowByKey.has(anchor.messageId)) return { view: { kind: 'following' }, pinnedKey: null }
  const key = anchor.segment === undefined ? anchor.messageId : findSegmentRow(rows, anchor.messageId, anchor.segment)
  return { view: { kind: 'showing', target: { key, offset: anchor.offset }, reflowedFrom: null }, pinnedKey: null }
}

function findInitialOffset(view: ViewState, { rows }: ThreadRows, offsetOfRow: (row: number) => number): number {
  if (view.kind !== 'showing') return offsetOfRow(rows.length) - window.innerHeight
  return offsetOfRow(rows.findIndex(({ key }) => key === view.target.key)) - view.target.offset
}
