import { useEffect } from 'react'
import { useClient } from '../transport/client-context.tsx'
import { createValueStore, type ReadableStore } from '../value-store.ts'

const found = createValueStore(false)

/** Whether the server is known to give out another page than this one. */
export const newPage: ReadableStore<boolean> = found

/** Looks for another page when the server was away, as it is for a deploy, and when a part of this page cannot be had. */
export function useNewPage(): void {
  const { connection } = useClient()
  useEffect(() => {
    const look = () => void hasNewPage().then((isThere) => isThere && found.set(true))
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

/** Whether the server's page starts with another script than this one did. False when it does not answer. */
async function hasNewPage(): Promise<boolean> {
  const script = document.querySelector<HTMLScriptElement>('script[type=module][src]')?.getAttribute('src')
  try {
    const response = await fetch('/', { cache: 'no-store' })
    return response.ok && script != null && !(await response.text()).includes(script)
  } catch {
    return false
  }
}
