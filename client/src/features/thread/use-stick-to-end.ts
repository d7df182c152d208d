import { useCallback, useLayoutEffect, useRef, useState, type RefObject } from 'react'

/** So close to the end counts as being there. */
const atEndPx = 48
/** Room above something that is brought into sight. */
const shownBelowPx = 72
const upKeys = new Set(['ArrowUp', 'PageUp', 'Home'])

export interface StickToEnd {
  readonly scrollerRef: RefObject<HTMLDivElement | null>
  readonly contentRef: RefObject<HTMLDivElement | null>
  /** The end is in sight, and stays in sight while the content grows. */
  readonly isFollowing: boolean
  readonly jumpToEnd: () => void
  /** Lets go of the end and puts something in the content near the top of the view. */
  readonly showElement: (element: HTMLElement) => void
}

/**
 * The only owner of the thread's scroll position. While the reader is at the end, the end stays in sight; any move up lets go at
 * once, and only coming back to the end, jumping or sending takes hold again. What is added above moves nothing.
 * @param topKey names the first message: when it changes while the content grows above, the view is held in place.
 */
export function useStickToEnd(topKey: string | null): StickToEnd {
  const scrollerRef = useRef<HTMLDivElement>(null)
  const contentRef = useRef<HTMLDivElement>(null)
  const [isFollowing, setFollowing] = useState(true)
  const following = useRef(true)
  const lastTop = useRef(0)
  const lastHeight = useRef(0)

  const follow = useCallback((next: boolean) => {
    following.current = next
    setFollowing(next)
  }, [])

  const toEnd = useCallback(() => {
    const scroller = scrollerRef.current
    if (!scroller) return
    scroller.scrollTop = scroller.scrollHeight
    lastTop.current = scroller.scrollTop
    lastHeight.current = scroller.scrollHeight
  }, [])

  useLayoutEffect(() => {
    const scroller = scrollerRef.current
    const content = contentRef.current
    if (!scroller || !content) return
    const keepEnd = () => {
      if (following.current) toEnd()
      else lastHeight.current = scroller.scrollHeight
    }
    const letGo = () => {
      if (scroller.scrollHeight > scroller.clientHeight) follow(false)
    }
    const onScroll = () => {
      const { scrollTop, scrollHeight, clientHeight } = scroller
      const distance = scrollHeight - scrollTop - clientHeight
      const shrank = scrollHeight < lastHeight.current
      if (scrollTop < lastTop.current - 0.5 && !shrank && distance > 1) follow(false)
      else if (scrollTop > lastTop.current && distance < atEndPx) follow(true)
      lastTop.current = scrollTop
      lastHeight.current = scrollHeight
    }
    const onWheel = (event: WheelEvent) => {
      if (event.deltaY < 0) letGo()
    }
    let touchY = 0
    const onTouchStart = (event: TouchEvent) => {
      touchY = event.touches[0]?.clientY ?? 0
    }
    const onTouchMove = (event: TouchEvent) => {
      if ((event.touches[0]?.clientY ?? 0) > touchY + 2) letGo()
    }
    const onKeyDown = (event: KeyboardEvent) => {
      if (upKeys.has(event.key) && !isTextField(event.target)) letGo()
      if (event.key === 'End' && !isTextField(event.target)) follow(true)
    }
    const onSelect = () => {
      const selection = document.getSelection()
      if (selection && !selection.isCollapsed && content.contains(selection.anchorNode)) letGo()
    }
    const observer = new ResizeObserver(keepEnd)
    observer.observe(content)
    observer.observe(scroller)
    scroller.addEventListener('scroll', onScroll, { passive: true })
    scroller.addEventListener('wheel', onWheel, { passive: true })
    scroller.addEventListener('touchstart', onTouchStart, { passive: true })
    scroller.addEventListener('touchmove', onTouchMove, { passive: true })
    scroller.addEventListener('keydown', onKeyDown)
    document.addEventListener('selectionchange', onSelect)
    toEnd()
    return () => {
      observer.disconnect()
      scroller.removeEventListener('scroll', onScroll)
      scroller.removeEventListener('wheel', onWheel)
      scroller.removeEventListener('touchstart', onTouchStart)
      scroller.removeEventListener('touchmove', onTouchMove)
      scroller.removeEventListener('keydown', onKeyDown)
      document.removeEventListener('selectionchange', onSelect)
    }
  }, [follow, toEnd])

  useHoldInPlace(scrollerRef, topKey, lastTop)

  return {
    scrollerRef,
    contentRef,
    isFollowing,
    jumpToEnd: useCallback(() => {
      follow(true)
      toEnd()
    }, [follow, toEnd]),
    showElement: useCallback(
      (element) => {
        const scroller = scrollerRef.current
        if (!scroller) return
        follow(false)
        scroller.scrollTop += element.getBoundingClientRect().top - scroller.getBoundingClientRect().top - shownBelowPx
        lastTop.current = scroller.scrollTop
      },
      [follow],
    ),
  }
}

/** A page of older messages above moves nothing that is in sight: the view goes along with the message that was the first. */
function useHoldInPlace(scrollerRef: RefObject<HTMLDivElement | null>, topKey: string | null, lastTop: RefObject<number>) {
  const before = useRef<{ key: string; offset: number } | null>(null)
  useLayoutEffect(() => {
    const scroller = scrollerRef.current
    const known = before.current
    if (!scroller || known === null || known.key === topKey) return
    const element = findMessage(scroller, known.key)
    if (!element) return
    // The position of this very moment: a wheel may have moved it since the last event.
    scroller.scrollTop += element.offsetTop - known.offset
    lastTop.current = scroller.scrollTop
  }, [topKey, scrollerRef, lastTop])
  useLayoutEffect(() => {
    const element = topKey === null ? null : scrollerRef.current && findMessage(scrollerRef.current, topKey)
    before.current = element && topKey !== null ? { key: topKey, offset: element.offsetTop } : null
  })
}

function findMessage(scroller: HTMLElement, messageId: string): HTMLElement | null {
  return scroller.querySelector<HTMLElement>(`[data-message-id="${CSS.escape(messageId)}"]`)
}

function isTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/u.test(target.tagName))
}
