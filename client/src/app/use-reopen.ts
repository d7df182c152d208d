import { useEffect, useRef } from 'react'

/**
 * Opens a conversation again that was restored from the trash in another tab or on another device. Its own stream has ended with its
 * deletion; the list tells.
 */
export function useReopen(options: {
  readonly isDeleted: boolean
  readonly isListed: boolean
  readonly reload: () => void
}): void {
  const { isDeleted, isListed, reload } = options
  // What was deleted before this page looked at it is not on its way out of the list any more.
  const wasUnlisted = useRef(isDeleted)
  useEffect(() => {
    const isBack = isDeleted && isListed && wasUnlisted.current
    // The two streams tell of a deletion in either order.
    wasUnlisted.current = isDeleted && !isListed
    if (isBack) reload()
  }, [isDeleted, isListed, reload])
}
