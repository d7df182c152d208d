import { createValueStore, type ReadableStore } from '../../../lib/value-store.ts'
import type { ScrollAnchor } from '../model/scroll-anchor.ts'
import type { ThreadRows } from '../model/thread-rows.ts'
import { readBeforeReflow, transition, type ReadRow, type RowTarget, type ScrollEvent, type ScrollState } from './scroll-state.ts'
import { syncScrollOffset, type ThreadVirtualizer } from './use-thread-virtualizer.ts'

/** Time for which a row that was scrolled into view is held there while it is formatted, highlighted and measured. */
const settlingMs = 1_500
const nearEndPx = 200
/** Room above a row that is brought into sight. */
const shownBelowPx = 72
/** Room above a row that is pinned to the top. */
const pinnedBelowPx = 16

export interface ThreadElements {
  readonly scroller: HTMLElement
  readonly content: HTMLElement
  /** Room below the content, so that its last rows can stand at the top of the view. */
  readonly room: HTMLElement
  readonly virtualizer: ThreadVirtualizer
}

/** The part of the state that the interface around the thread shows. */
export interface ScrollSummary {
  /** The end stays in sight while the content grows. */
  readonly isFollowing: boolean
  /** The end is visible, although the view does not follow it. */
  readonly isEndInSight: boolean
  /** The end is so near that a button to jump there would only cover the text. */
  readonly isNearEnd: boolean
}

/**
 * Carries out what the scroll state says: it reads the DOM into events, and after every rendering, resize and event puts the view where
 * the state wants it. Its fields are measurements only; every decision is in `transition`.
 */
export class ThreadScroller {
  readonly #summary
  #state: ScrollState
  #elements: ThreadElements | null = null
  #rows: ThreadRows
  #settling: ReturnType<typeof setTimeout> | undefined
  /** The position that the last scroll event or correction left, so that a scroll event knows its direction. */
  #lastTop = 0
  /** The height of the content then, so that content that became shorter is not taken for a reader who went up. */
  #lastHeight = 0
  #lastWidth = 0
  /** The first row in sight at the last scroll event: what a new width keeps in place. */
  #lastRead: ReadRow | null = null
  /** The heights of content and view when the view was last put in place: the end is followed only when they change. */
  #placedHeight = 0
  #placedRoom = 0
  /** The view was moved since it was last positioned, but not by the reader. */
  #isDisplaced = true

  constructor(state: ScrollState, rows: ThreadRows) {
    this.#state = state
    this.#rows = rows
    this.#summary = createValueStore<ScrollSummary>({
      isFollowing: state.view.kind === 'following',
      isEndInSight: false,
      isNearEnd: true,
    })
  }

  get summary(): ReadableStore<ScrollSummary> {
    return this.#summary
  }

  /** Follows what happens to the elements until the returned function is called. `onScroll` is called after every scroll event. */
  readonly attach = (elements: ThreadElements, onScroll: () => void): (() => void) => {
    this.#elements = elements
    const { scroller, content } = elements
    const onScrolled = () => {
      this.#readScroll(elements)
      onScroll()
    }
    const observer = new ResizeObserver(() => this.#readResize(elements))
    observer.observe(content)
    observer.observe(scroller)
    scroller.addEventListener('scroll', onScrolled, { passive: true })
    return () => {
      observer.disconnect()
      scroller.removeEventListener('scroll', onScrolled)
      clearTimeout(this.#settling)
      this.#elements = null
    }
  }

  /** Must be called before the result of every rendering is painted. */
  readonly rendered = (rows: ThreadRows): void => {
    this.#rows = rows
    this.#place()
  }

  /** The virtualizer moved the view to hold in place what is read. */
  readonly moved = (): void => {
    if (this.#elements) this.#lastTop = this.#elements.scroller.scrollTop
    this.#isDisplaced = true
  }

  /** Hands the position to the reader. */
  readonly letGo = (): void => {
    const scroller = this.#elements?.scroller
    if (scroller) this.#send({ type: 'end-left', isScrollable: scroller.scrollHeight > scroller.clientHeight })
  }

  readonly takeOver = (): void => this.#send({ type: 'taken-over' })

  readonly isAtStart = (): boolean => this.#state.view.kind === 'at-start'

  readonly jumpToStart = (): void => {
    this.#send({ type: 'jumped-to-start' })
    this.#place()
  }

  readonly jumpToEnd = (): void => {
    this.#send({ type: 'jumped-to-end' })
    this.#summarise({ isEndInSight: false })
    if (this.#elements) this.#elements.room.style.height = '0'
    this.#isDisplaced = true
    this.#place()
  }

  /** Puts a row `offset` pixels below the top of the view. */
  readonly showRow = (key: string, offset: number = shownBelowPx): void => this.#show({ key, offset }, 'row-shown')

  /** Puts a row at the top of the view, with room below it for the answer that is still to come. */
  readonly pinRow = (key: string): void => this.#show({ key, offset: pinnedBelowPx }, 'row-pinned')

  /** Puts something inside a row that exists as an element near the top of the view. */
  readonly showInRow = (key: string, rect: DOMRect): void => {
    const row = this.#elements?.virtualizer.elementsCache.get(key)
    if (!row || !this.#elements) return
    // The row is the anchor: rows above it that are measured a moment later would move any other position.
    const { scroller } = this.#elements
    this.showRow(key, scroller.clientHeight / 3 - (rect.top - row.getBoundingClientRect().top))
  }

  /** The first message in sight and where it is; null at the end. */
  readonly readAnchor = (): ScrollAnchor | null => {
    if (this.#state.view.kind === 'following' || !this.#elements) return null
    const read = readFirstRow(this.#elements)
    if (!read) return null
    const { rows } = this.#rows
    const isDay = rows[read.index]?.kind === 'day'
    const row = rows[isDay ? read.index + 1 : read.index]
    if (row?.kind !== 'message') return null
    const offset = Math.round(read.offset + (isDay ? read.size : 0))
    return { messageId: row.messageId, offset, ...(row.segment > 0 ? { segment: row.key } : {}) }
  }

  #send(event: ScrollEvent): void {
    const before = this.#state
    this.#state = transition(before, event)
    if (before.view === this.#state.view) return
    this.#summarise({ isFollowing: this.#state.view.kind === 'following' })
    // The virtualizer corrects from where the view is now, not from the last scroll event.
    if (this.#state.view.kind === 'reading' && this.#elements)
      syncScrollOffset(this.#elements.virtualizer, this.#elements.scroller)
  }

  #show(target: RowTarget, type: 'row-shown' | 'row-pinned'): void {
    this.#send({ type, target })
    this.#settle()
  }

  #settle(): void {
    this.#place()
    clearTimeout(this.#settling)
    this.#settling = setTimeout(() => this.#send({ type: 'settled' }), settlingMs)
  }

  #summarise(change: Partial<ScrollSummary>): void {
    const before = this.#summary.get()
    const after = { ...before, ...change }
    const isSame =
      before.isFollowing === after.isFollowing &&
      before.isEndInSight === after.isEndInSight &&
      before.isNearEnd === after.isNearEnd
    if (!isSame) this.#summary.set(after)
  }

  #readScroll(elements: ThreadElements): void {
    const { scrollTop, scrollHeight, clientHeight } = elements.scroller
    this.#send({
      type: 'scrolled',
      movedBy: scrollTop - this.#lastTop,
      toEnd: scrollHeight - scrollTop - clientHeight,
      hasShrunk: scrollHeight < this.#lastHeight,
    })
    this.#lastTop = scrollTop
    this.#lastHeight = scrollHeight
    this.#lastRead = readFirstRow(elements)
    this.#summarise({ isNearEnd: isNearEnd(elements) })
    if (this.#state.pinnedKey !== null) this.#summarise({ isEndInSight: isBottomInSight(elements) })
  }

  #readResize(elements: ThreadElements): void {
    const { clientWidth } = elements.scroller
    const isOtherWidth = clientWidth !== this.#lastWidth && clientWidth > 0
    if (isOtherWidth && this.#lastWidth > 0) this.#readWidth(elements)
    if (isOtherWidth) this.#lastWidth = clientWidth
    this.#place()
  }

  #readWidth({ virtualizer }: ThreadElements): void {
    const read = readBeforeReflow(this.#state.view, this.#lastRead)
    const size = read && virtualizer.elementsCache.get(read.key)?.getBoundingClientRect().height
    if (!read || !size) return
    this.#send({ type: 'width-changed', read, size })
    this.#settle()
  }

  /** Puts the view where the state wants it. */
  #place(): void {
    const elements = this.#elements
    if (!elements || elements.scroller.clientHeight === 0) return
    const { scroller, virtualizer } = elements
    if (this.#state.pinnedKey !== null) {
      const isFilled = makeRoom(elements, virtualizer.elementsCache.get(this.#state.pinnedKey))
      if (isFilled) this.#send({ type: 'room-filled' })
      this.#summarise({ isEndInSight: !isFilled && isBottomInSight(elements) })
    }
    const isAsItWas = scroller.scrollHeight === this.#placedHeight && scroller.clientHeight === this.#placedRoom
    // Do not snap to the end while the reader scrolls near it; only follow content that grows.
    if (this.#state.view.kind === 'following' && isAsItWas && !this.#isDisplaced) return
    this.#isDisplaced = false
    this.#placedHeight = scroller.scrollHeight
    this.#placedRoom = scroller.clientHeight
    const top = this.#wantedTop(elements)
    if (top !== null && Math.abs(scroller.scrollTop - top) > 0.5) scroller.scrollTop = top
    if (top !== null) this.#lastTop = scroller.scrollTop
    this.#lastHeight = scroller.scrollHeight
    this.#summarise({ isNearEnd: isNearEnd(elements) })
  }

  /** Null when the position is the reader's, or when the row that is shown is gone. */
  #wantedTop({ scroller, virtualizer }: ThreadElements): number | null {
    const { view } = this.#state
    const end = scroller.scrollHeight - scroller.clientHeight
    switch (view.kind) {
      case 'following':
        return end
      case 'at-start':
        return 0
      case 'reading':
        return null
      case 'showing': {
        const { key, offset } = view.target
        const element = virtualizer.elementsCache.get(key)
        const top = element?.isConnected
          ? scroller.scrollTop + element.getBoundingClientRect().top - scroller.getBoundingClientRect().top
          : virtualizer.measurementsCache[this.#rows.rows.findIndex((row) => row.key === key)]?.start
        return top === undefined ? null : Math.min(end, Math.max(0, top - offset))
      }
    }
  }
}

function readFirstRow({ scroller, virtualizer }: ThreadElements): (ReadRow & { readonly index: number }) | null {
  const item = virtualizer.getVirtualItemForOffset(scroller.scrollTop + 1)
  return item ? { key: String(item.key), index: item.index, offset: item.start - scroller.scrollTop, size: item.size } : null
}

/** True: what is below the row fills the view by itself. A row that does not exist as an element leaves the room as it is. */
function makeRoom({ room, scroller, content }: ThreadElements, row: Element | undefined): boolean {
  if (!row?.isConnected) return false
  const below = content.getBoundingClientRect().bottom - row.getBoundingClientRect().top
  const height = Math.max(0, Math.floor(scroller.clientHeight - pinnedBelowPx - below))
  room.style.height = `${height}px`
  return height === 0
}

function isNearEnd({ scroller }: ThreadElements): boolean {
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < nearEndPx
}

function isBottomInSight({ content, scroller }: ThreadElements): boolean {
  return content.getBoundingClientRect().bottom <= scroller.getBoundingClientRect().bottom + 1
}
