import { useEffect, useLayoutEffect, useState } from 'react'
import { createTextPace } from './text-pace.ts'

/** The text to render now. Renders again by itself until it has caught up. */
export function usePacedText(given: string, isGrowing: boolean): string {
  const [pace] = useState(() => createTextPace())
  const [, setAwake] = useState(0)
  const { text, waitMs } = pace.choose(given, isGrowing)
  useLayoutEffect(() => pace.rendered())
  useEffect(() => {
    if (waitMs <= 0) return
    const timer = setTimeout(() => setAwake((count) => count + 1), waitMs)
    return () => clearTimeout(timer)
  })
  return text
}
