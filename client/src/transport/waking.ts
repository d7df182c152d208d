const tickMs = 2_000
/** A page that is busy ticks late, too, but not by so much. */
const sleepMs = 6_000

/**
 * Tells when this page or device may have lost touch: it came back from the background, from the page cache, or to a network. A
 * frozen page hears no `close`, so only asking shows whether its connection still lives.
 */
export function watchWaking(onWake: () => void): () => void {
  if (typeof window === 'undefined') return () => {}
  const onVisibilityChange = () => {
    if (document.visibilityState === 'visible') onWake()
  }
  // A device that sleeps tells nobody, and its page may never have been hidden: only the clock shows it.
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
  // Thawed, perhaps without being looked at (Page Lifecycle).
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
