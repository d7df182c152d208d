import { toFullPath } from '../lib/base-path.ts'

/**
 * Registers the service worker that keeps the page's shell, so that it opens without a network. In development nothing is kept, and what
 * was kept of a built page at the same address is dropped.
 */
export function keepShell(): void {
  if (!('serviceWorker' in navigator)) return
  if (!import.meta.env.PROD) return void forgetShell()
  // After the page's own files.
  const register = () => {
    // Refused in private windows and on addresses without https: then the page needs the network, as any other.
    navigator.serviceWorker.register(toFullPath('/sw.js'), { updateViaCache: 'none' }).catch(() => undefined)
  }
  if (document.readyState === 'complete') register()
  else window.addEventListener('load', register, { once: true })
}

async function forgetShell(): Promise<void> {
  await (await navigator.serviceWorker.getRegistration(toFullPath('/')))?.unregister()
}
