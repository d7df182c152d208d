import { useNow } from './use-now.ts'

/** Whole seconds until a time in milliseconds, never below 0; null without one. Counts down by itself. */
export function useSecondsUntil(at: number | null): number | null {
  const now = useNow(at === null ? null : 250)
  return at === null ? null : Math.max(0, Math.ceil((at - now) / 1000))
}
