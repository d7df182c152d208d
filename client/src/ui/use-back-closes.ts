import { useEffect, useRef } from 'react'

const key = 'holdfastOverlay'
/** Where something that lies over the page takes its place, and "back" is a key or a gesture. */
const narrow = '(max-width: 767px), (pointer: coarse)'
const open = new Set<string>()

/**
 * On a phone "back" closes what lies over the page instead of leaving the page below it. It is a step in the history for as long as it
 * is open; one that a navigation has left behind is passed over.
 */
export function useBackCloses(isOpen: boolean, onClose: () => void): void {
  const latest = useRef(onClose)
  latest.current = onClose
  useEffect(() => {
    if (!isOpen || !matchMedia(narrow).matches) return
    const mark = crypto.randomUUID()
    const onBack = () => {
      if (open.has(mark) && readMark() !== mark) latest.current()
    }
    // What is only mounted for a moment makes no step.
    const timer = setTimeout(() => {
      open.add(mark)
      history.pushState({ ...readState(), [key]: mark }, '')
      window.addEventListener('popstate', onBack)
    })
    return () => {
      clearTimeout(timer)
      window.removeEventListener('popstate', onBack)
      if (!open.delete(mark)) return
      if (readMark() === mark) history.back()
    }
  }, [isOpen])
}

/** Steps whose overlay is closed are passed over: one that a navigation left behind, and one that was open when the page was reloaded. */
export function passClosedOverlays(): void {
  const pass = () => {
    const mark = readMark()
    if (mark !== null && !open.has(mark)) history.back()
  }
  window.addEventListener('popstate', pass)
  pass()
}

function readState(): object {
  const state: unknown = history.state
  return typeof state === 'object' && state !== null ? state : {}
}

function readMark(): string | null {
  const mark: unknown = (readState() as Record<string, unknown>)[key]
  return typeof mark === 'string' ? mark : null
}
