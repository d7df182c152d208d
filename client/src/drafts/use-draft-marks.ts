import { useMemo, useSyncExternalStore } from 'react'
import { localDrafts } from './local-drafts.ts'

const newOne = 'new'

/**
 * The conversations in which this user has a draft on this device; null is the one that does not exist yet. The set keeps its
 * identity while its content stays the same.
 */
export function useDraftMarks(userId: string | null): ReadonlySet<string | null> {
  const { changes, list } = localDrafts()
  const ids = useSyncExternalStore(changes.subscribe, () =>
    [...list(userId)]
      .map((id) => id ?? newOne)
      .toSorted()
      .join(),
  )
  return useMemo(() => new Set(ids.split(',').flatMap((id) => (id === '' ? [] : [id === newOne ? null : id]))), [ids])
}
