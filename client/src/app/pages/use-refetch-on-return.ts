import { useEffect, useRef } from 'react'

/**
 * Reloads a conversation that was restored from the trash in another tab or on another device. Its own stream ended with the deletion, so
 * the list of conversations is the signal.
 */
export function useRefetchOnReturn(options: {
  readonly isDeleted: boolean
  readonly isListed: boolean
  readonly reload: () => void
}): void {
  const { isDeleted, isListed, reload } = options
  // A conversation that was deleted before this page opened it has already left the list.
  const wasUnlisted = useRef(isDeleted)
  useEffect(() => {
    const isBack = isDeleted && isListed && wasUnlisted.current
    // The two streams report a deletion in either order.
    wasUnlisted.current = isDeleted && !isListed
    if (isBack) reload()
  }, [isDeleted, isListed, reload])
}
