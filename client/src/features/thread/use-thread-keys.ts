import { useEffect, useRef } from 'react'
import { isTextField } from './list/use-reader-intents.ts'

/** Home and End, while the focus is in the thread: to its first and its last message. */
export function useThreadKeys(goTo: (where: 'first' | 'last') => void): void {
  const latest = useRef(goTo)
  latest.current = goTo
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { key, target } = event
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || isTextField(target))
        return
      if ((key !== 'Home' && key !== 'End') || !(target instanceof Element) || !target.closest('[data-testid=thread]')) return
      event.preventDefault()
      latest.current(key === 'Home' ? 'first' : 'last')
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}

/** Something is being written: there, keys with Alt move the caret. */
export function isWriting(): boolean {
  const field = document.activeElement
  return (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement) && field.value !== ''
}
