import { elementScroll, useVirtualizer, type ReactVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import type { Message } from '@holdfast/shared'
import { useCallback, useMemo, useRef, type RefObject } from 'react'
import { dayHeight, estimateHeight } from './estimate-height.ts'
import type { ThreadRows } from './thread-rows.ts'
import type { ThreadPieces } from './use-answer-pieces.ts'

export type ThreadVirtualizer = ReactVirtualizer<HTMLDivElement, HTMLDivElement>

/** Room above the first row: what tells of earlier messages stands there, so that nothing moves when it comes and goes. */
export const roomAbovePx = 44
/** Room below the last row, beside the distance that every row keeps. */
export const roomBelowPx = 16
/** Rows beyond what is in sight, on either side; fewer where they are so tall that less is enough. */
const overscan = 3
const enoughPx = 1_200

export interface ThreadVirtualizerOptions {
  readonly rows: ThreadRows
  readonly messages: readonly Message[]
  readonly pieces: ThreadPieces
  readonly scrollerRef: RefObject<HTMLDivElement | null>
  /** Rows that stay, wherever the view is: what has the focus, what is selected or written in. In the order of the rows. */
  readonly keptRows: readonly number[]
  /** Where the view is at first, in pixels. */
  readonly initialOffset: (offsetOfRow: (row: number) => number) => number
  /** The view was moved to hold in place what is read. */
  readonly onMove: () => void
}

/**
 * Which rows of a thread exist as elements, and where they are. It moves the view only to hold what is read in place: when rows
 * above it are added or turn out taller than they were taken for. The end is somebody else's business.
 */
export function useThreadVirtualizer(options: ThreadVirtualizerOptions): ThreadVirtualizer {
  const { rows, messages, pieces, scrollerRef, keptRows, onMove } = options
  const list = rows.rows
  const getItemKey = useCallback((index: number) => list[index]?.key ?? index, [list])
  const estimateSize = (index: number) => {
    const row = list[index]
    if (row?.kind !== 'message') return dayHeight
    return pieces.byMessage.get(row.messageId)?.[row.piece]?.estimatedHeight ?? estimateHeight(messages[row.index])
  }
  const own = useRef<ThreadVirtualizer>(null)
  const rangeExtractor = useMemo(
    () => createRangeExtractor(keptRows, (index) => own.current?.measurementsCache[index]?.size ?? 0),
    [keptRows],
  )
  // oxlint-disable-next-line react/incompatible-library -- what it gives is read in every rendering, and kept by nobody
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: list.length,
    getScrollElement: () => scrollerRef.current,
    getItemKey,
    estimateSize,
    rangeExtractor,
    overscan,
    paddingStart: roomAbovePx,
    paddingEnd: roomBelowPx,
    anchorTo: 'end',
    // Nobody is at the end by its measure: whether the end is followed is the reader's decision, not a matter of pixels.
    scrollEndThreshold: -1,
    initialRect: { width: 0, height: window.innerHeight },
    initialOffset: () => options.initialOffset((row) => sumSizes(estimateSize, row)),
    measureElement: measureRow,
    scrollToFn: (offset, how, instance) => {
      elementScroll(offset, how, instance)
      onMove()
    },
  })
  own.current = virtualizer
  // Also under a wheel that goes up: rows are in the flow of the page, so what is above has already pushed the others.
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = (item) => {
    const offset = virtualizer.scrollOffset ?? 0
    return virtualizer.itemSizeCache.has(item.key) ? item.end <= offset : item.start < offset
  }
  return virtualizer
}

interface Range {
  readonly startIndex: number
  readonly endIndex: number
  readonly overscan: number
  readonly count: number
}

export function createRangeExtractor(keptRows: readonly number[], sizeOf: (index: number) => number = () => 0) {
  /** The farthest row in that direction which is near. */
  const reach = ({ overscan: most, count }: Range, from: number, step: 1 | -1): number => {
    let index = from
    let size = 0
    for (let rows = 0; rows < most && size < enoughPx; rows += 1) {
      const next = index + step
      if (next < 0 || next >= count) break
      index = next
      size += sizeOf(index)
    }
    return index
  }
  return (range: Range): number[] => {
    const first = reach(range, range.startIndex, -1)
    const last = reach(range, Math.min(range.endIndex, range.count - 1), 1)
    const near = Array.from({ length: last - first + 1 }, (_, index) => first + index)
    const before = keptRows.filter((row) => row < first)
    const after = keptRows.filter((row) => row > last && row < range.count)
    return [...before, ...near, ...after]
  }
}

/** To a fraction of a pixel: rounded heights add up to a gap. What is hidden, as on paper, keeps the height that it had. */
function measureRow(
  element: HTMLDivElement,
  entry: ResizeObserverEntry | undefined,
  virtualizer: Virtualizer<HTMLDivElement, HTMLDivElement>,
): number {
  const index = virtualizer.indexFromElement(element)
  const known = virtualizer.itemSizeCache.get(virtualizer.options.getItemKey(index))
  if (!entry && known !== undefined) return known
  const measured = entry?.borderBoxSize[0]?.blockSize ?? element.getBoundingClientRect().height
  return measured === 0 && !element.checkVisibility() ? (known ?? virtualizer.options.estimateSize(index)) : measured
}

function sumSizes(sizeOf: (index: number) => number, count: number): number {
  let sum = roomAbovePx
  for (let index = 0; index < count; index += 1) sum += sizeOf(index)
  return sum
}
