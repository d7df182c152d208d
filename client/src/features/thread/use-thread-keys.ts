import { useEffect, useRef } from 'react'
import { isTextField } from './list/use-reader-intents.ts'

export interface ThreadKeys {
  /** To the message before or after the one that has the focus. */
  readonly goTo: (where: 'previous' | 'next' | 'first' | 'last') => void
  /** Gives whether the key was taken: the second time it is the browser's. */
  readonly openFind: () => boolean
}

/** Keys of a thread: Alt with the arrows goes from message to message, wherever the focus is; Home and End within the thread. */
export function useThreadKeys(keys: ThreadKeys): void {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || isInDialog(event.target)) return
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'f') {
        if (latest.current.openFind()) event.preventDefault()
        return
      }
      const where = eventToDestination(event)
      if (where === null) return
      event.preventDefault()
      latest.current.goTo(where)
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}

function eventToDestination(event: KeyboardEvent): Parameters<ThreadKeys['goTo']>[0] | null {
  const { key, target } = event
  if (event.ctrlKey || event.metaKey || event.shiftKey) return null
  if (event.altKey) {
    // In a text that is being written they move the caret.
    if (isTextField(target) && (target as HTMLTextAreaElement).value !== '') return null
    return key === 'ArrowUp' ? 'previous' : key === 'ArrowDown' ? 'next' : null
  }
  if (isTextField(target) || !(target instanceof Element) || target.closest('[data-testid=thread]') === null) return null
  return key === 'Home' ? 'first' : key === 'End' ? 'last' : null
}

function isInDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role=dialog], [role=menu]') !== null
}
