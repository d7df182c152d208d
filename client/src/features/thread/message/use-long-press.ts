import { useRef, type PointerEvent, type TouchEvent } from 'react'

const longMs = 500
const stillPx = 10

export interface LongPress {
  readonly onPointerDown: (event: PointerEvent) => void
  readonly onPointerMove: (event: PointerEvent) => void
  readonly onPointerUp: () => void
  readonly onPointerCancel: () => void
  readonly onTouchEnd: (event: TouchEvent) => void
}

/** Detects a long press: a touch of half a second without movement. Mice and pens are ignored. */
export function useLongPress(onLongPress: () => void): LongPress {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const start = useRef({ x: 0, y: 0 })
  const wasLong = useRef(false)
  const end = () => clearTimeout(timer.current)
  return {
    onPointerDown: (event) => {
      end()
      wasLong.current = false
      if (event.pointerType !== 'touch' || !event.isPrimary) return
      start.current = { x: event.clientX, y: event.clientY }
      timer.current = setTimeout(() => {
        wasLong.current = true
        onLongPress()
      }, longMs)
    },
    onPointerMove: ({ clientX, clientY }) => {
      if (Math.hypot(clientX - start.current.x, clientY - start.current.y) > stillPx) end()
    },
    onPointerUp: end,
    // The page scrolls.
    onPointerCancel: end,
    // The browser, whose own half second may be longer, would make a click of it, which closes what the long press has opened.
    onTouchEnd: (event) => {
      if (wasLong.current) event.preventDefault()
    },
  }
}
