import type { Id } from '@holdfast/shared'
import { useCallback, useEffect, useRef, type RefObject } from 'react'

/** Moves the focus to a message as soon as it exists as an element. It does not scroll. */
export function useFocusMessage(contentRef: RefObject<HTMLElement | null>): (messageId: Id) => void {
  const wantedRef = useRef<Id | null>(null)
  const tryFocus = useCallback(() => {
    if (wantedRef.current === null) return
    const element = contentRef.current?.querySelector<HTMLElement>(`[data-message-id="${CSS.escape(wantedRef.current)}"]`)
    if (!element) return
    wantedRef.current = null
    element.focus({ preventScroll: true })
  }, [contentRef])
  useEffect(tryFocus)
  return useCallback(
    (messageId) => {
      wantedRef.current = messageId
      tryFocus()
    },
    [tryFocus],
  )
}
