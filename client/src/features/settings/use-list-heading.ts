import { useCallback, useRef } from 'react'

/** The heading of a list, which takes the focus where the element that had it goes away. */
export interface ListHeading {
  /** The `ref` of the heading. */
  readonly attach: (element: HTMLHeadingElement | null) => void
  readonly focus: () => void
  /** What stands in the place of the list is being closed: the heading takes the focus once it is there. */
  readonly focusOnReturn: () => void
}

export function useListHeading(): ListHeading {
  const heading = useRef<HTMLHeadingElement>(null)
  const isReturning = useRef(false)
  const attach = useCallback((element: HTMLHeadingElement | null) => {
    heading.current = element
    if (!element || !isReturning.current) return
    isReturning.current = false
    element.focus()
  }, [])
  const focus = useCallback(() => heading.current?.focus(), [])
  const focusOnReturn = useCallback(() => {
    isReturning.current = true
  }, [])
  return { attach, focus, focusOnReturn }
}
