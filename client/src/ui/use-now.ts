import { useCallback, useState, useSyncExternalStore } from 'react'

/** The time in milliseconds, updated every `everyMs`, or not at all while that is null. */
export function useNow(everyMs: number | null): number {
  const [clock] = useState(createClock)
  const follow = useCallback((onTick: () => void) => clock.follow(everyMs, onTick), [clock, everyMs])
  return useSyncExternalStore(follow, clock.read, clock.read)
}

function createClock() {
  let now = Date.now()
  return {
    read: () => now,
    follow: (everyMs: number | null, onTick: () => void): (() => void) => {
      if (everyMs === null) return () => undefined
      // React reads it again right after it has subscribed.
      now = Date.now()
      const timer = setInterval(() => {
        now = Date.now()
        onTick()
      }, everyMs)
      return () => clearInterval(timer)
    },
  }
}
