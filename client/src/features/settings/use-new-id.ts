import { useCallback, useRef } from 'react'
import { v7 as uuidv7 } from 'uuid'

/**
 * The id of what a form creates. A retry after a lost response has the same id, so that only one is created; after `renew`, for another
 * input, it is another.
 */
export function useNewId(): { readonly read: () => string; readonly renew: () => void } {
  const id = useRef(uuidv7())
  const read = useCallback(() => id.current, [])
  const renew = useCallback(() => {
    id.current = uuidv7()
  }, [])
  return { read, renew }
}
