import { useEffect } from 'react'
import { useClient } from '../../react/client-context.tsx'

/** A server that was away may have returned with a new version. */
export function useRefetchOnReconnect(refetch: () => unknown): void {
  const { connection } = useClient()
  useEffect(() => {
    let wasLost = false
    return connection.subscribe(() => {
      const { status } = connection.get()
      if (status === 'live' && wasLost) refetch()
      wasLost = status !== 'live'
    })
  }, [connection, refetch])
}
