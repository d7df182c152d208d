import { useLayoutEffect, useRef, type RefObject } from 'react'

export interface ReaderIntents {
  /** The reader went up, or began to select: what follows the end lets go. */
  readonly onLeaveEnd: () => void
  /** The reader does something with the view: whatever else brought it somewhere is over. */
  readonly onTake: () => void
}

const upKeys = new Set(['ArrowUp', 'PageUp', 'Home'])
const movingKeys = new Set(['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End', ' '])

/** What a reader does with a thread, told before it has moved anything: by wheel, finger, keyboard or selection. */
export function useReaderIntents(
  scrollerRef: RefObject<HTMLElement | null>,
  contentRef: RefObject<HTMLElement | null>,
  intents: ReaderIntents,
): void {
  const latest = useRef(intents)
  latest.current = intents
  useLayoutEffect(() => {
    const scroller = scrollerRef.current
    if (!scroller) return
    const leaving = new AbortController()
    const { signal } = leaving
    let touchY = 0
    const listen = <Name extends keyof HTMLElementEventMap>(name: Name, listener: (event: HTMLElementEventMap[Name]) => void) =>
      scroller.addEventListener(name, listener, { passive: true, signal })
    listen('wheel', (event) => {
      latest.current.onTake()
      if (event.deltaY < 0) latest.current.onLeaveEnd()
    })
    listen('touchstart', (event) => {
      latest.current.onTake()
      touchY = event.touches[0]?.clientY ?? 0
    })
    listen('touchmove', (event) => {
      if ((event.touches[0]?.clientY ?? 0) > touchY + 2) latest.current.onLeaveEnd()
    })
    listen('pointerdown', () => latest.current.onTake())
    listen('keydown', (event) => {
      if (isTextField(event.target) || event.altKey) return
      if (movingKeys.has(event.key)) latest.current.onTake()
      if (upKeys.has(event.key)) latest.current.onLeaveEnd()
    })
    document.addEventListener(
      'selectionchange',
      () => {
        const selection = document.getSelection()
        if (selection && !selection.isCollapsed && contentRef.current?.contains(selection.anchorNode)) latest.current.onLeaveEnd()
      },
      { signal },
    )
    return () => leaving.abort()
  }, [scrollerRef, contentRef])
}

export function isTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/u.test(target.tagName))
}
