import { useEffect, useEffectEvent, useState } from 'react'

export interface KeyRecorder {
  readonly isRecording: boolean
  readonly start: () => void
  readonly stop: () => void
}

/**
 * Listens for the keys of a shortcut before any other handler. Escape cancels, and Tab moves the focus as usual.
 * @param onPress returns true to accept the keys
 */
export function useKeyRecorder(onPress: (event: KeyboardEvent) => boolean): KeyRecorder {
  const [isRecording, setRecording] = useState(false)
  const isTaken = useEffectEvent(onPress)
  useEffect(() => {
    if (!isRecording) return
    const onKeyDown = (event: KeyboardEvent) => {
      const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey
      if (event.key === 'Tab' && isPlain) return setRecording(false)
      event.preventDefault()
      event.stopImmediatePropagation()
      if (event.repeat) return
      if (event.key === 'Escape' && isPlain && !event.shiftKey) return setRecording(false)
      if (isTaken(event)) setRecording(false)
    }
    window.addEventListener('keydown', onKeyDown, true)
    return () => window.removeEventListener('keydown', onKeyDown, true)
  }, [isRecording])
  return { isRecording, start: () => setRecording(true), stop: () => setRecording(false) }
}
