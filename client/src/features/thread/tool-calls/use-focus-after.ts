import { useLayoutEffect } from 'react'

/**
 * When the card of a question goes, the focus moves to its message, and is not lost. It may be lost already: the button that was pressed
 * is disabled by then.
 */
export function useFocusAfter(card: { readonly current: HTMLElement | null }): void {
  useLayoutEffect(() => {
    const element = card.current
    const article = element?.closest('article')
    return () => {
      const { activeElement } = document
      if (activeElement === document.body || element?.contains(activeElement)) article?.focus({ preventScroll: true })
    }
  }, [card])
}
