import { useEffect } from 'react'
import { localDrafts } from '../../drafts/local-drafts.ts'
import { openDeviceStorage } from '../../lib/device-storage.ts'
import { useStore } from '../../lib/use-store.ts'

/** Keys of commands that the server has not confirmed. */
const commandPattern = /^holdfast\.(?:outbox|planner)/u

/** Asks before the tab is closed or reloaded while it holds the only copy of something that a person wrote. */
export function useLeaveGuard(): void {
  const unkept = useStore(openDeviceStorage().unkept)
  useEffect(() => {
    // A listener alone keeps some browsers from restoring the page on "back", so there is none while everything is stored.
    if (unkept.size === 0) return
    const onLeave = (event: BeforeUnloadEvent) => {
      const drafts = localDrafts()
      if ([...unkept].some((key) => commandPattern.test(key) || drafts.isOnlyCopy(key))) event.preventDefault()
    }
    window.addEventListener('beforeunload', onLeave)
    return () => window.removeEventListener('beforeunload', onLeave)
  }, [unkept])
}
