import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type RefObject } from 'react'
import type { Id } from '@holdfast/shared'

/** Distance from the edge of the scroll container within which a drag scrolls it. */
const edgePx = 40
const scrollStepPx = 7

export interface Drag {
  readonly id: Id
  /** Index of the row before which the item would be dropped; the number of rows for the end. */
  readonly index: number
}

export interface DragOrder {
  readonly drag: Drag | null
  readonly listRef: RefObject<HTMLUListElement | null>
  readonly handleProps: (id: Id) => {
    readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void
    readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void
    readonly onPointerUp: () => void
    readonly onPointerCancel: () => void
    readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void
  }
}

/**
 * Ours, because the libraries cost more than they save here (gzipped): this hook 0.8 kB, dnd-kit core and sortable 15 kB, @dnd-kit/react
 * 38 kB, pragmatic-drag-and-drop 10 kB without a keyboard. dnd-kit's keyboard needs Space to lift and drop; here an arrow key moves.
 *
 * Reorders rows by dragging a handle, or with the arrow keys on the handle. The rows are the children of
 * `listRef` that carry `data-item-id`.
 */
export function useDragOrder(ids: readonly Id[], onMove: (id: Id, afterId: Id | null) => void): DragOrder {
  const listRef = useRef<HTMLUListElement>(null)
  const [drag, setDrag] = useState<Drag | null>(null)
  const pointerY = useRef(0)
  const frame = useRef(0)
  useEffect(() => () => cancelAnimationFrame(frame.current), [])

  const rows = () =>
    [...(listRef.current?.children ?? [])].filter(
      (row): row is HTMLElement => row instanceof HTMLElement && row.dataset['itemId'] !== undefined,
    )
  const toIndex = () => rows().filter((row) => middleOf(row) < pointerY.current).length
  const scrollAtEdge = () => {
    const scroller = findScroller(listRef.current)
    if (scroller) {
      const { top, bottom } = scroller.getBoundingClientRect()
      if (pointerY.current < top + edgePx) scroller.scrollTop -= scrollStepPx
      else if (pointerY.current > bottom - edgePx) scroller.scrollTop += scrollStepPx
    }
    setDrag((before) => before && { ...before, index: toIndex() })
    frame.current = requestAnimationFrame(scrollAtEdge)
  }
  const end = () => {
    cancelAnimationFrame(frame.current)
    setDrag(null)
  }

  return {
    drag,
    listRef,
    handleProps: (id) => ({
      onPointerDown: (event) => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        pointerY.current = event.clientY
        setDrag({ id, index: ids.indexOf(id) })
        frame.current = requestAnimationFrame(scrollAtEdge)
      },
      onPointerMove: (event) => {
        pointerY.current = event.clientY
      },
      onPointerUp: () => {
        if (!drag) return
        end()
        const place = toPlace(ids, id, toIndex())
        if (place !== undefined) onMove(id, place)
      },
      onPointerCancel: end,
      onKeyDown: (event) => {
        const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0
        if (step === 0) return
        event.preventDefault()
        const place = stepToPlace(ids, id, step)
        if (place !== undefined) onMove(id, place)
      },
    }),
  }
}

/** The id after which an item comes when dropped before the row at `index`; null for first, undefined if it does not move. */
export function toPlace(ids: readonly Id[], id: Id, index: number): Id | null | undefined {
  const from = ids.indexOf(id)
  if (from < 0 || index === from || index === from + 1) return undefined
  return ids[index - 1] ?? null
}

/** The id after which an item comes when it moves up (-1) or down (1); null for first, undefined if it cannot move. */
export function stepToPlace(ids: readonly Id[], id: Id, step: 1 | -1): Id | null | undefined {
  const from = ids.indexOf(id)
  return toPlace(ids, id, step < 0 ? Math.max(0, from - 1) : Math.min(ids.length, from + 2))
}

function middleOf(row: HTMLElement): number {
  const { top, height } = row.getBoundingClientRect()
  return top + height / 2
}

function findScroller(element: HTMLElement | null): HTMLElement | null {
  for (let parent = element?.parentElement ?? null; parent; parent = parent.parentElement) {
    if (parent.scrollHeight > parent.clientHeight && /auto|scroll/u.test(getComputedStyle(parent).overflowY)) return parent
  }
  return null
}
