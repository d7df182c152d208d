import type { Message } from '@holdfast/shared'
import { useCallback, useLayoutEffect, useRef, useState, type RefObject } from 'react'
import type { Place } from '../place.ts'
import { findPieceRow } from './find-piece-row.ts'
import type { ThreadRows } from './thread-rows.ts'
import type { ThreadPieces } from './use-answer-pieces.ts'
import { useReaderIntents } from './use-reader-intents.ts'
import { useThreadVirtualizer, type ThreadVirtualizer } from './use-thread-virtualizer.ts'

/** So close to the end counts as being there. */
const atEndPx = 48
/** What is brought into sight is laid out anew for a moment: formatted, coloured, measured. For so long it is held there. */
const settlingMs = 1_500
/** Room above something that is brought into sight. */
const shownBelowPx = 72
/** Room above a row that is pinned to the top. */
const pinnedBelowPx = 16

/** What the view keeps hold of: an end, a row at a distance from the top, or nothing, when it is the reader's. */
type Hold = 'start' | 'end' | 'nothing' | { readonly key: string; readonly offset: number }

/** The first row in sight, how far below the top of the view it begins, and how tall it is, in pixels. */
interface ReadRow {
  readonly key: string
  readonly index: number
  readonly offset: number
  readonly size: number
}

export interface ThreadScroll {
  readonly scrollerRef: RefObject<HTMLDivElement | null>
  readonly contentRef: RefObject<HTMLDivElement | null>
  /** Room below the content, so that its last rows can be at the top of the view. */
  readonly roomRef: RefObject<HTMLDivElement | null>
  readonly virtualizer: ThreadVirtualizer
  /** The end is in sight, and stays in sight while the content grows. */
  readonly isFollowing: boolean
  /** There is nothing below what is in sight, though the view does not follow. */
  readonly isEndInSight: boolean
  readonly jumpToEnd: () => void
  /** To the beginning, and on to the one above while earlier pages are loaded. */
  readonly jumpToStart: () => void
  readonly isHeldAtStart: () => boolean
  /** The view is the reader's from now on. */
  readonly letGo: () => void
  /** Lets go of the end and puts a row `offset` pixels below the top of the view. */
  readonly showRow: (key: string, offset?: number) => void
  /** Puts a row at the top of the view, with room below it for what is not there yet, and leaves the view there. */
  readonly pinRow: (key: string) => void
  /** Lets go of the end and puts something in a row, which is there as an element, near the top of the view. */
  readonly showInRow: (key: string, rect: DOMRect) => void
  /** What is read: the first message in sight and where it is; null at the end. */
  readonly readPlace: () => Place | null
}

export interface ThreadScrollOptions {
  readonly rows: ThreadRows
  readonly messages: readonly Message[]
  readonly pieces: ThreadPieces
  readonly keptRows: readonly number[]
  readonly contentRef: RefObject<HTMLDivElement | null>
  /** Where the reader was the last time; null for the end. */
  readonly initialPlace: Place | null
  readonly onScroll: () => void
}

/**
 * The only owner of the thread's scroll position. While the reader is at the end, the end stays in sight; any move up lets go at
 * once, and only coming back to the end, jumping or sending takes hold again. What is added above moves nothing.
 */
export function useThreadScroll(options: ThreadScrollOptions): ThreadScroll {
  const { rows, messages, pieces, keptRows, contentRef } = options
  const scrollerRef = useRef<HTMLDivElement>(null)
  const roomRef = useRef<HTMLDivElement>(null)
  const pinned = useRef<string | null>(null)
  const [isEndInSight, setEndInSight] = useState(false)
  const [firstHold] = useState<Hold>(() => placeToHold(options.initialPlace, rows))
  const hold = useRef(firstHold)
  const [isFollowing, setFollowing] = useState(firstHold === 'end')
  const lastTop = useRef(0)
  const lastHeight = useRef(0)
  const lastWidth = useRef(0)
  const heldHeight = useRef(0)
  const heldRoom = useRef(0)
  const isDisplaced = useRef(true)
  const lastRead = useRef<ReadRow | null>(null)
  const keptRead = useRef<{ readonly read: ReadRow; readonly hold: Hold } | null>(null)
  const latest = useRef(options)
  latest.current = options

  const onMove = useCallback(() => {
    if (scrollerRef.current) lastTop.current = scrollerRef.current.scrollTop
    isDisplaced.current = true
  }, [])
  const virtualizer = useThreadVirtualizer({
    rows,
    messages,
    pieces,
    scrollerRef,
    keptRows,
    onMove,
    initialOffset: (offsetOfRow) =>
      typeof firstHold === 'string'
        ? Math.max(0, offsetOfRow(rows.rows.length) - window.innerHeight)
        : Math.max(0, offsetOfRow(rows.rows.findIndex(({ key }) => key === firstHold.key)) - firstHold.offset),
  })

  const take = useCallback(
    (next: Hold) => {
      hold.current = next
      setFollowing(next === 'end')
      const scroller = scrollerRef.current
      // Corrections are made from where the view is, not from where it was when it last said so.
      if (scroller && next === 'nothing') virtualizer.scrollOffset = scroller.scrollTop
    },
    [virtualizer],
  )

  const keepHold = useCallback(() => {
    const scroller = scrollerRef.current
    if (!scroller || scroller.clientHeight === 0) return
    if (pinned.current !== null) {
      const row = virtualizer.elementsCache.get(pinned.current)
      const isFilled = makeRoom(roomRef.current, scroller, contentRef.current, row)
      if (isFilled) pinned.current = null
      setEndInSight(!isFilled && isBottomInSight(contentRef.current, scroller))
    }
    const isAsItWas = scroller.scrollHeight === heldHeight.current && scroller.clientHeight === heldRoom.current
    // Who comes near to the end by hand is not pulled the rest of the way: only what grows is followed.
    if (hold.current === 'end' && isAsItWas && !isDisplaced.current) return
    isDisplaced.current = false
    heldHeight.current = scroller.scrollHeight
    heldRoom.current = scroller.clientHeight
    const top = toHeldTop(hold.current, scroller, latest.current.rows, virtualizer)
    if (top !== null && Math.abs(scroller.scrollTop - top) > 0.5) scroller.scrollTop = top
    if (top !== null) lastTop.current = scroller.scrollTop
    lastHeight.current = scroller.scrollHeight
  }, [virtualizer, contentRef])

  const letGo = useCallback(() => {
    const scroller = scrollerRef.current
    if (hold.current === 'end' && scroller && scroller.scrollHeight > scroller.clientHeight) take('nothing')
  }, [take])

  const settling = useRef<ReturnType<typeof setTimeout>>(undefined)
  useLayoutEffect(() => () => clearTimeout(settling.current), [])
  const holdRow = useCallback(
    (key: string, offset: number) => {
      take({ key, offset })
      keepHold()
      clearTimeout(settling.current)
      settling.current = setTimeout(() => {
        if (typeof hold.current !== 'string') take('nothing')
      }, settlingMs)
    },
    [take, keepHold],
  )
  const readFirstRow = useCallback(() => {
    const scroller = scrollerRef.current
    const item = scroller && virtualizer.getVirtualItemForOffset(scroller.scrollTop + 1)
    return item ? { key: String(item.key), index: item.index, offset: item.start - scroller.scrollTop, size: item.size } : null
  }, [virtualizer])

  /**
   * Text that is laid out in another width is longer or shorter: what was read stays, in the same part of its row. Several widths in a
   * row, as when a window is dragged, all start from what was read before the first.
   */
  const keepRead = useCallback(() => {
    const isFurther = keptRead.current !== null && hold.current === keptRead.current.hold
    if (!isFurther && hold.current !== 'nothing') return
    const read = isFurther && keptRead.current ? keptRead.current.read : lastRead.current
    const size = read && virtualizer.elementsCache.get(read.key)?.getBoundingClientRect().height
    if (!read || !size) return
    holdRow(read.key, read.offset < 0 ? (read.offset * size) / read.size : read.offset)
    keptRead.current = { read, hold: hold.current }
  }, [virtualizer, holdRow])

  useReaderIntents(scrollerRef, contentRef, {
    onLeaveEnd: letGo,
    onTake: () => {
      if (hold.current !== 'end' && hold.current !== 'nothing') take('nothing')
    },
  })

  useLayoutEffect(() => {
    const scroller = scrollerRef.current
    const content = contentRef.current
    if (!scroller || !content) return
    const onScroll = () => {
      const { scrollTop, scrollHeight, clientHeight } = scroller
      const distance = scrollHeight - scrollTop - clientHeight
      const shrank = scrollHeight < lastHeight.current
      if (hold.current === 'end' && scrollTop < lastTop.current - 0.5 && !shrank && distance > 1) letGo()
      else if (hold.current === 'nothing' && scrollTop > lastTop.current && distance < atEndPx) take('end')
      lastTop.current = scrollTop
      lastHeight.current = scrollHeight
      lastRead.current = readFirstRow()
      if (pinned.current !== null) setEndInSight(isBottomInSight(contentRef.current, scroller))
      latest.current.onScroll()
    }
    const onResize = () => {
      const isOtherWidth = scroller.clientWidth !== lastWidth.current && scroller.clientWidth > 0
      if (isOtherWidth && lastWidth.current > 0) keepRead()
      if (isOtherWidth) lastWidth.current = scroller.clientWidth
      keepHold()
    }
    const observer = new ResizeObserver(onResize)
    observer.observe(content)
    observer.observe(scroller)
    scroller.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      observer.disconnect()
      scroller.removeEventListener('scroll', onScroll)
    }
  }, [contentRef, keepHold, keepRead, readFirstRow, letGo, take])

  // Whatever was rendered: it is in its place before it is painted.
  useLayoutEffect(keepHold)

  useLayoutEffect(() => {
    if (typeof firstHold !== 'string') holdRow(firstHold.key, firstHold.offset)
  }, [firstHold, holdRow])

  return {
    scrollerRef,
    contentRef,
    roomRef,
    virtualizer,
    isFollowing,
    isEndInSight,
    letGo,
    isHeldAtStart: useCallback(() => hold.current === 'start', []),
    jumpToStart: useCallback(() => {
      take('start')
      keepHold()
    }, [take, keepHold]),
    jumpToEnd: useCallback(() => {
      pinned.current = null
      setEndInSight(false)
      if (roomRef.current) roomRef.current.style.height = '0'
      take('end')
      isDisplaced.current = true
      keepHold()
    }, [take, keepHold]),
    showRow: useCallback((key, offset = shownBelowPx) => holdRow(key, offset), [holdRow]),
    pinRow: useCallback(
      (key) => {
        pinned.current = key
        holdRow(key, pinnedBelowPx)
      },
      [holdRow],
    ),
    showInRow: useCallback(
      (key, rect) => {
        const row = virtualizer.elementsCache.get(key)
        const scroller = scrollerRef.current
        // Held by its row: what is measured above it a moment later would take the view elsewhere.
        if (row && scroller) holdRow(key, scroller.clientHeight / 3 - (rect.top - row.getBoundingClientRect().top))
      },
      [virtualizer, holdRow],
    ),
    readPlace: useCallback(() => {
      const read = hold.current === 'end' ? null : readFirstRow()
      if (!read) return null
      const list = latest.current.rows.rows
      const isDay = list[read.index]?.kind === 'day'
      const row = list[isDay ? read.index + 1 : read.index]
      if (row?.kind !== 'message') return null
      const offset = Math.round(read.offset + (isDay ? read.size : 0))
      return { messageId: row.messageId, offset, ...(row.piece > 0 ? { piece: row.key } : {}) }
    }, [readFirstRow]),
  }
}

/** True: what is below the row fills the view by itself. A row that is out of sight leaves the room as it is. */
function makeRoom(
  room: HTMLElement | null,
  scroller: HTMLElement,
  content: HTMLElement | null,
  row: Element | undefined,
): boolean {
  if (!room || !content || !row?.isConnected) return false
  const below = content.getBoundingClientRect().bottom - row.getBoundingClientRect().top
  const height = Math.max(0, Math.floor(scroller.clientHeight - pinnedBelowPx - below))
  room.style.height = `${height}px`
  return height === 0
}

function isBottomInSight(content: HTMLElement | null, scroller: HTMLElement): boolean {
  return content !== null && content.getBoundingClientRect().bottom <= scroller.getBoundingClientRect().bottom + 1
}

function placeToHold(place: Place | null, rows: ThreadRows): Hold {
  if (!place || !rows.rowByKey.has(place.messageId)) return 'end'
  const key = place.piece === undefined ? place.messageId : findPieceRow(rows, place.messageId, place.piece)
  return { key, offset: place.offset }
}

/** Where the view belongs; null when it is the reader's, or when what it holds is gone. */
function toHeldTop(hold: Hold, scroller: HTMLElement, { rows }: ThreadRows, virtualizer: ThreadVirtualizer): number | null {
  const end = scroller.scrollHeight - scroller.clientHeight
  if (hold === 'end') return end
  if (hold === 'start') return 0
  if (hold === 'nothing') return null
  const element = virtualizer.elementsCache.get(hold.key)
  const top = element?.isConnected
    ? scroller.scrollTop + element.getBoundingClientRect().top - scroller.getBoundingClientRect().top
    : virtualizer.measurementsCache[rows.findIndex(({ key }) => key === hold.key)]?.start
  return top === undefined ? null : Math.min(end, Math.max(0, top - hold.offset))
}
