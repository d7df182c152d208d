import { useEffect, useRef } from 'react'
import { bindings } from './bindings.ts'
import { characterKeys } from './character-keys.ts'
import { eventToShortcut, type KeyPlace } from './event-to-shortcut.ts'
import { isMac } from './platform.ts'
import type { ShortcutId } from './shortcut-list.ts'

/** False: there was nothing to do, and the key is the browser's. */
export type ShortcutHandlers = Partial<Record<ShortcutId, () => unknown>>

const overlays = '[role=dialog], [role=alertdialog], [role=menu], [role=listbox]'

/** Keys that work everywhere in the page for as long as the component is there. */
export function useShortcuts(handlers: ShortcutHandlers): void {
  const latest = useRef(handlers)
  latest.current = handlers
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      const id = eventToShortcut(event, readPlace(event.target))
      const handler = id === null ? undefined : latest.current[id]
      if (!handler || handler() === false) return
      // Escape also ends what the browser does, e.g. a full screen.
      if (id !== 'stop') event.preventDefault()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}

function readPlace(target: EventTarget | null): KeyPlace {
  return {
    isMac,
    focus: readFocus(target),
    isUnderOverlay: document.querySelector(overlays) !== null,
    allowsCharacterKeys: characterKeys.get(),
    bindings: bindings.get(),
  }
}

function readFocus(target: EventTarget | null): KeyPlace['focus'] {
  if (!(target instanceof HTMLElement)) return 'page'
  if (target instanceof HTMLTextAreaElement && target.dataset['composer'] !== undefined && target.value === '') {
    return 'empty-composer'
  }
  return target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/u.test(target.tagName) ? 'text' : 'page'
}
