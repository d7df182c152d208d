const tickMs = 2_000
/** A page that is busy ticks late, too, but not by so much. */
const sleepMs = 6_000

/**
 * Calls `onWake` when this page may have lost its connection: it came back from the background, from the page cache, from sleep, or
 * to a network. A frozen page hears no `close`, so only a ping shows whether its connection still works.
 */
export function watchWakeup(onWake: () => void): () => void {
  if (typeof window === 'undefined') return () => {}
  const onVisibilityChange = () => {
    if (document.visibilityState === 'visible') onWake()
  }
  // A sleeping device fires no event, and its page may never have been hidden: only the clock shows it.
  let lastTick = Date.now()
  const clock = setInterval(() => {
    const hasSlept = Date.now() - lastTick > tickMs + sleepMs
    lastTick = Date.now()
    if (hasSlept && document.visibilityState === 'visible') onWake()
  }, tickMs)
  window.addEventListener('online', onWake)
  window.addEventListener('offline', onWake)
  window.addEventListener('pageshow', onWake)
  document.addEventListener('visibilitychange', onVisibilityChange)
  // Thawed, perhaps while it is hidden (Page Lifecycle).
  document.addEventListener('resume', onWake)
  return () => {
    clearInterval(clock)
    document.removeEventListener('resume', onWake)
    window.removeEventListener('online', onWake)
    window.removeEventListener('offline', onWake)
    window.removeEventListener('pageshow', onWake)
    document.removeEventListener('visibilitychange', onVisibilityChange)
  }
}

/** Since when this page is hidden, in milliseconds since the epoch; infinite while it can be seen, and outside a page. */
export function watchHidden(): { readonly since: () => number; readonly stop: () => void } {
  if (typeof document === 'undefined') return { since: () => Number.POSITIVE_INFINITY, stop: () => {} }
  let since = Number.POSITIVE_INFINITY
  const note = () => {
    if (document.visibilityState !== 'hidden') since = Number.POSITIVE_INFINITY
    else if (!Number.isFinite(since)) since = Date.now()
  }
  note()
  document.addEventListener('visibilitychange', note)
  return { since: () => since, stop: () => document.removeEventListener('visibilitychange', note) }
}
