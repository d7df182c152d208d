import { useEffect } from 'react'
import { useClient } from '../../react/client-context.tsx'
import { toFullPath } from '../../lib/base-path.ts'
import { createValueStore, type ReadableStore } from '../../lib/value-store.ts'

const found = createValueStore(false)

/** Whether the server is known to serve a different version of the page. */
export const updateAvailable: ReadableStore<boolean> = found

/** Checks for a new page after the server was away, as during a deploy, and when a chunk of this page cannot be loaded. */
export function useUpdateAvailable(): void {
  const { connection } = useClient()
  useEffect(() => {
    const look = () => void isUpdateAvailable().then((isThere) => isThere && found.set(true))
    let wasLost = false
    const forget = connection.subscribe(() => {
      const { status } = connection.get()
      if (status === 'live' && wasLost) look()
      wasLost = status !== 'live'
    })
    window.addEventListener('vite:preloadError', look)
    return () => {
      forget()
      window.removeEventListener('vite:preloadError', look)
    }
  }, [connection])
}

/** Whether the server's page has a different entry script than this one. False when the server does not answer. */
async function isUpdateAvailable(): Promise<boolean> {
  const script = document.querySelector<HTMLScriptElement>('script[type=module][src]')?.getAttribute('src')
  try {
    const response = await fetch(toFullPath('/'), { cache: 'no-store' })
    return response.ok && script != null && !(await response.text()).includes(script)
  } catch {
    return false
  }
}
