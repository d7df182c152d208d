import { useEffect, useEffectEvent } from 'react'
import { v7 as uuidv7 } from 'uuid'

const key = 'holdfastOverlay'
/** Screens on which overlays fill the page, and Back is a key or a gesture. */
const narrow = '(max-width: 767px), (pointer: coarse)'
const open = new Set<string>()
/** The end of the last step back: an overlay that opens in the meantime, such as a dialog from a menu, must not be what it leaves. */
let lastStep: Promise<void> = Promise.resolve()

/**
 * On a phone, Back closes an overlay instead of leaving the page below. An open overlay is an entry in the history. An entry that a
 * navigation has left behind is skipped.
 */
export function useBackCloses(isOpen: boolean, onClose: () => void): void {
  const close = useEffectEvent(onClose)
  useEffect(() => {
    if (!isOpen || !matchMedia(narrow).matches) return
    const mark = uuidv7()
    const onBack = () => {
      if (open.has(mark) && readMark() !== mark) close()
    }
    // An overlay that unmounts immediately adds no entry.
    let isClosed = false
    const timer = setTimeout(() => {
      void lastStep.then(() => {
        if (isClosed) return
        open.add(mark)
        history.pushState({ ...readState(), [key]: mark }, '')
        window.addEventListener('popstate', onBack)
      })
    })
    return () => {
      isClosed = true
      clearTimeout(timer)
      window.removeEventListener('popstate', onBack)
      if (!open.delete(mark)) return
      if (readMark() === mark) lastStep = stepBack()
    }
  }, [isOpen])
}

/** Skips history entries without an open overlay: one that a navigation left behind, or one from before a reload. */
export function passClosedOverlays(): void {
  const pass = () => {
    const mark = readMark()
    if (mark !== null && !open.has(mark)) history.back()
  }
  window.addEventListener('popstate', pass)
  pass()
}

function stepBack(): Promise<void> {
  return new Promise((resolve) => {
    window.addEventListener('popstate', () => resolve(), { once: true })
    history.back()
  })
}

function readState(): object {
  const state: unknown = history.state
  return typeof state === 'object' && state !== null ? state : {}
}

function readMark(): string | null {
  const mark: unknown = (readState() as Record<string, unknown>)[key]
  return typeof mark === 'string' ? mark : null
}
