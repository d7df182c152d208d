/**
 * Tells when this page or device may have lost touch: it came back from the background, from the page cache, or to a network. A
 * frozen page hears no `close`, so only asking shows whether its connection still lives.
 */
export function watchWaking(onWake: () => void): () => void {
  if (typeof window === 'undefined') return () => {}
  const onVisibilityChange = () => {
    if (document.visibilityState === 'visible') onWake()
  }
  window.addEventListener('online', onWake)
  window.addEventListener('offline', onWake)
  window.addEventListener('pageshow', onWake)
  document.addEventListener('visibilitychange', onVisibilityChange)
  return () => {
    window.removeEventListener('online', onWake)
    window.removeEventListener('offline', onWake)
    window.removeEventListener('pageshow', onWake)
    document.removeEventListener('visibilitychange', onVisibilityChange)
  }
}
