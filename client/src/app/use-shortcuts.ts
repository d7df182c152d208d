import { useEffect, useRef } from 'react'

export interface Shortcuts {
  readonly newConversation: () => void
  readonly toggleSidebar: () => void
  readonly focusComposer: () => void
  readonly stop: () => void
  readonly togglePlanner: () => void
  /** Answer the question of a tool call. */
  readonly approve: () => void
  readonly deny: () => void
}

/** Keys that work everywhere in the page. Escape stops an answer only when nothing else has a use for it. */
export function useShortcuts(shortcuts: Partial<Shortcuts>): void {
  const latest = useRef(shortcuts)
  latest.current = shortcuts
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      const action = eventToShortcut(event)
      if (action === null || !latest.current[action]) return
      if (action !== 'stop') event.preventDefault()
      latest.current[action]?.()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}

export function eventToShortcut(
  event: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey' | 'target'>,
): keyof Shortcuts | null {
  const isModAlt = (event.ctrlKey || event.metaKey) && event.altKey && !event.shiftKey
  if (isModAlt && event.key === 'Enter') return 'approve'
  if (isModAlt && event.key === 'Backspace') return 'deny'
  const isMod = (event.ctrlKey || event.metaKey) && !event.altKey
  if (isMod && event.shiftKey && event.code === 'KeyO') return 'newConversation'
  if (isMod && event.shiftKey && event.code === 'KeyS') return 'toggleSidebar'
  if (isMod && event.shiftKey && event.code === 'KeyP') return 'togglePlanner'
  if (event.key === 'Escape' && event.shiftKey) return 'focusComposer'
  if (isMod || event.altKey) return null
  if (event.key === 'Escape') return isInOverlay(event.target) ? null : 'stop'
  return event.key === '/' && !isTextField(event.target) ? 'focusComposer' : null
}

function isInOverlay(target: EventTarget | null): boolean {
  return typeof Element !== 'undefined' && target instanceof Element && target.closest('[role=dialog], [role=menu]') !== null
}

function isTextField(target: EventTarget | null): boolean {
  return (
    typeof HTMLElement !== 'undefined' &&
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/u.test(target.tagName))
  )
}
