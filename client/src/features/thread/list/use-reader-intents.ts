import { useEffectEvent, useLayoutEffect, type RefObject } from 'react'

export interface ReaderIntents {
  /** The reader goes up, or begins to select. */
  readonly onLeaveEnd: () => void
  /** The reader begins to move the view. */
  readonly onTake: () => void
}

const upKeys = new Set(['ArrowUp', 'PageUp', 'Home'])
const movingKeys = new Set(['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End', ' '])

/** Reports what a reader does with the thread by wheel, touch, keyboard or selection, before it has moved anything. */
export function useReaderIntents(
  scrollerRef: RefObject<HTMLElement | null>,
  contentRef: RefObject<HTMLElement | null>,
  intents: ReaderIntents,
): void {
  const onLeaveEnd = useEffectEvent(intents.onLeaveEnd)
  const onTake = useEffectEvent(intents.onTake)
  useLayoutEffect(() => {
    const scroller = scrollerRef.current
    if (!scroller) return
    const leaving = new AbortController()
    const { signal } = leaving
    let touchY = 0
    const listen = <Name extends keyof HTMLElementEventMap>(name: Name, listener: (event: HTMLElementEventMap[Name]) => void) =>
      scroller.addEventListener(name, listener, { passive: true, signal })
    listen('wheel', (event) => {
      onTake()
      if (event.deltaY < 0) onLeaveEnd()
    })
    listen('touchstart', (event) => {
      onTake()
      touchY = event.touches[0]?.clientY ?? 0
    })
    listen('touchmove', (event) => {
      if ((event.touches[0]?.clientY ?? 0) > touchY + 2) onLeaveEnd()
    })
    listen('pointerdown', () => onTake())
    listen('keydown', (event) => {
      if (isTextField(event.target) || event.altKey) return
      if (movingKeys.has(event.key)) onTake()
      if (upKeys.has(event.key)) onLeaveEnd()
    })
    document.addEventListener(
      'selectionchange',
      () => {
        const selection = document.getSelection()
        if (selection && !selection.isCollapsed && contentRef.current?.contains(selection.anchorNode)) onLeaveEnd()
      },
      { signal },
    )
    return () => leaving.abort()
  }, [scrollerRef, contentRef])
}

export function isTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/u.test(target.tagName))
}
