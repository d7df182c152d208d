import { useMemo, useSyncExternalStore } from 'react'
import { draftsHere } from './drafts-here.ts'

const newOne = 'new'

/**
 * The conversations that hold unsent words of this user on this device; null is the one that does not exist yet. The same set until
 * another one begins or ends to hold some.
 */
export function useDraftMarks(userId: string | null): ReadonlySet<string | null> {
  const { changes, list } = draftsHere()
  const ids = useSyncExternalStore(changes.subscribe, () =>
    [...list(userId)]
      .map((id) => id ?? newOne)
      .toSorted()
      .join(),
  )
  return useMemo(() => new Set(ids.split(',').flatMap((id) => (id === '' ? [] : [id === newOne ? null : id]))), [ids])
}
