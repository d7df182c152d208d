import { useEffect, useEffectEvent } from 'react'
import { loadUntilThere } from '../lib/load-until-there.ts'

export interface LoadAgainProps {
  readonly load: () => Promise<unknown>
  readonly onLoaded: () => void
}

/** Repeats a load that has failed while it is mounted. */
export function LoadAgain({ load, onLoaded }: LoadAgainProps) {
  const loadNow = useEffectEvent(load)
  const finish = useEffectEvent(onLoaded)
  useEffect(() => {
    const over = new AbortController()
    loadUntilThere(() => loadNow(), over.signal).then(
      () => over.signal.aborted || finish(),
      // It was unmounted.
      () => undefined,
    )
    return () => over.abort()
  }, [])
  return null
}
