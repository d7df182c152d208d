import { useEffect, useEffectEvent } from 'react'
import { isComposing } from '../lib/is-composing.ts'
import { bindings } from './bindings.ts'
import { characterKeys } from './character-keys.ts'
import { eventToShortcut, type KeyPlace } from './event-to-shortcut.ts'
import { isMac } from './platform.ts'
import type { ShortcutId } from './shortcut-list.ts'

/** Returns false if there was nothing to do, which leaves the key to the browser. */
export type ShortcutHandlers = Partial<Record<ShortcutId, () => unknown>>

const overlays = '[role=dialog], [role=alertdialog], [role=menu], [role=listbox]'

/** Handles the shortcuts in the whole page while the component is mounted. */
export function useShortcuts(handlers: ShortcutHandlers): void {
  const findHandler = useEffectEvent((id: ShortcutId) => handlers[id])
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isComposing(event)) return
      const id = eventToShortcut(event, readPlace(event.target))
      const handler = id === null ? undefined : findHandler(id)
      if (!handler || handler() === false) return
      // Escape also has meanings in the browser, e.g. leaving full screen.
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
