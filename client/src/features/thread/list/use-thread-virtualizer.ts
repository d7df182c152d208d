import { elementScroll, useVirtualizer, type ReactVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import type { Message } from '@holdfast/shared'
import { useCallback, useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react'
import { dayHeight, estimateHeight } from '../model/estimate-height.ts'
import type { ThreadRows } from '../model/thread-rows.ts'
import type { ThreadSegments } from '../model/use-answer-segments.ts'

export type ThreadVirtualizer = ReactVirtualizer<HTMLDivElement, HTMLDivElement>

/** Room above the first row for the note on earlier messages, so that nothing moves when it appears or goes. */
export const roomAbovePx = 44
/** Room below the last row, in addition to every row's own distance. */
export const roomBelowPx = 16
/** Rows beyond what is in sight, on either side; fewer where they are so tall that less is enough. */
const overscan = 3
const enoughPx = 1_200

export interface ThreadVirtualizerOptions {
  readonly rows: ThreadRows
  readonly messages: readonly Message[]
  readonly segments: ThreadSegments
  readonly scrollerRef: RefObject<HTMLDivElement | null>
  /** Rows that stay mounted wherever the view is (focused, selected, being edited), in ascending order. */
  readonly keptRows: readonly number[]
  /** Where the view is at first, in pixels. */
  readonly initialOffset: (offsetOfRow: (row: number) => number) => number
  /** Called after the virtualizer has moved the view to hold in place what is read. */
  readonly onMove: () => void
}

/**
 * Which rows of a thread exist as elements, and where they are. It moves the view only to hold what is read in place, when rows above
 * it are added or turn out to have another height than estimated. Following the end is the scroller's task.
 */
export function useThreadVirtualizer(options: ThreadVirtualizerOptions): ThreadVirtualizer {
  const { rows, messages, segments, scrollerRef, keptRows, onMove } = options
  const list = rows.rows
  const getItemKey = useCallback((index: number) => list[index]?.key ?? index, [list])
  const estimateSize = (index: number) => {
    const row = list[index]
    if (row?.kind !== 'message') return dayHeight
    return segments.byMessage.get(row.messageId)?.[row.segment]?.estimatedHeight ?? estimateHeight(messages[row.index])
  }
  const ownRef = useRef<ThreadVirtualizer>(null)
  const [firstEstimate] = useState(() => estimateSize)
  const rangeExtractor = useMemo(
    () => createRangeExtractor(keptRows, (index) => ownRef.current?.measurementsCache[index]?.size ?? firstEstimate(index)),
    [keptRows, firstEstimate],
  )
  // oxlint-disable-next-line react/incompatible-library -- its results are read in every rendering and never memoised
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
    // The virtualizer never counts as being at the end, because only the scroller decides whether to follow the end.
    scrollEndThreshold: -1,
    initialRect: { width: 0, height: window.innerHeight },
    initialOffset: () => options.initialOffset((row) => sumSizes(estimateSize, row)),
    measureElement: measureRow,
    scrollToFn: (offset, how, instance) => {
      elementScroll(offset, how, instance)
      onMove()
    },
  })
  const splitOff = useSplitOff(list, virtualizer)
  useLayoutEffect(() => {
    ownRef.current = virtualizer
  })
  // A field of the instance, not an option. The rows are in normal flow, so what changes above has already pushed the others: the view
  // is corrected in both directions, also while the wheel turns up.
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = (item) => {
    const offset = virtualizer.scrollOffset ?? 0
    if (virtualizer.itemSizeCache.has(item.key)) return item.end <= offset
    // What was split off a row in sight is where it was: no estimate of it was ever room above what is read.
    return item.start < offset && !splitOff.has(String(item.key))
  }
  return virtualizer
}

/** The keys of rows that were split off rows which are mounted, until they are not mounted themselves. */
function useSplitOff(list: ThreadRows['rows'], virtualizer: ThreadVirtualizer): { readonly has: (key: string) => boolean } {
  const [splitOff] = useState(() => createSplitOff(list))
  const isMounted = (key: string) => virtualizer.elementsCache.get(key)?.isConnected ?? false
  splitOff.update(list, isMounted)
  useLayoutEffect(() => splitOff.prune(isMounted))
  return splitOff
}

function createSplitOff(first: ThreadRows['rows']) {
  const keys = new Set<string>()
  let before = first
  return {
    has: (key: string) => keys.has(key),
    update: (list: ThreadRows['rows'], isMounted: (key: string) => boolean) => {
      if (list === before) return
      for (const key of findSplitOff(before, list, isMounted)) keys.add(key)
      before = list
    },
    prune: (isMounted: (key: string) => boolean) => {
      for (const key of keys) if (!isMounted(key)) keys.delete(key)
    },
  }
}

/** The rows that are new and stand directly below one that was there and is mounted, or below another such row. */
export function findSplitOff(
  before: readonly { readonly key: string }[],
  after: readonly { readonly key: string }[],
  isMounted: (key: string) => boolean,
): string[] {
  const known = new Set(before.map(({ key }) => key))
  const found: string[] = []
  let isBelow = false
  for (const { key } of after) {
    if (known.has(key)) isBelow = isMounted(key)
    else if (isBelow) found.push(key)
  }
  return found
}

/** Gives the virtualizer the actual scroll position, for corrections before its next scroll event. */
export function syncScrollOffset(virtualizer: ThreadVirtualizer, scroller: Element): void {
  virtualizer.scrollOffset = scroller.scrollTop
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
