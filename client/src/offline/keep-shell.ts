/** Has the browser keep the page's shell, so that it opens without a network. Does nothing while the page is being developed. */
export function keepShell(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  // After what the page itself needs.
  const register = () => {
    // Refused in private windows and on addresses without https: then the page needs the network, as any other.
    navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' }).catch(() => undefined)
  }
  if (document.readyState === 'complete') register()
  else window.addEventListener('load', register, { once: true })
}
