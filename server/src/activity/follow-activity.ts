import { schema } from '@holdfast/drizzle'
import type { Activity, Id } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import type { Bus } from '../platform/bus/bus.ts'
import type { Database } from '../platform/database/database.ts'
import type { ModelDirectory } from '../models/model-directory.ts'
import { retryWhenLost } from '../platform/database/retry-when-lost.ts'
import type { ActivityCounts } from '../event-log/activity-counts.ts'
import { activityToKey, userTopic, type ActivityChange, type ActivityHint, type ActivityNotice } from '../event-log/topics.ts'
import { readChanges } from './read-changes.ts'

const { activityCounters } = schema

/** A reader with more pending items gets `refetch` instead. */
const maxPending = 200

export interface FollowedActivity {
  /** The user's counter after these items, for `tracked`. */
  readonly n: number
  readonly items: readonly Activity[]
}

/**
 * Changes for a user outside the open conversation. Items carry state only, and are coalesced while the reader is busy. The first item,
 * and the first after a gap, is `refetch`. An empty batch is a heartbeat.
 * @param lastEventId the counter after the last items that the reader got: while it is current, the reader has missed nothing
 */
export async function* followActivity(
  deps: {
    database: Database
    bus: Bus
    activityCounts: ActivityCounts
    models: Pick<ModelDirectory, 'onChange'>
    heartbeatMs: number
  },
  userId: Id,
  signal: AbortSignal,
  lastEventId: string | null = null,
): AsyncGenerator<FollowedActivity, void> {
  const pending = new Map<string, Activity | ActivityChange>()
  let n = 0
  let isCounterRead = false
  let wake: (() => void) | null = null
  const refetch = () => {
    pending.clear()
    pending.set('refetch', { type: 'refetch' })
    wake?.()
  }
  const onNotice = (notice: ActivityNotice | ActivityHint) => {
    if (notice.n <= n) return
    // The first refetch covers everything from before the counter was read.
    const missed = isCounterRead && notice.n !== n + 1
    n = notice.n
    if (missed || pending.size >= maxPending) return refetch()
    for (const item of 'items' in notice ? notice.items : notice.changed) {
      const key = activityToKey(item)
      pending.delete(key)
      pending.set(key, item)
    }
    wake?.()
  }
  const unsubscribe = await deps.bus.subscribe(userTopic(userId), (payload) => onNotice(payload as ActivityNotice | ActivityHint))
  const stopWatching = deps.bus.onReconnect(refetch)
  const stopCounting = deps.activityCounts.watch(userId, (count) => {
    if (!isCounterRead || count <= n) return
    n = count
    refetch()
  })
  const stopWatchingModels = deps.models.onChange((owner) => {
    if ((owner !== null && owner !== userId) || pending.has('refetch')) return
    pending.set('models', { type: 'models' })
    wake?.()
  })
  const onAbort = () => wake?.()
  signal.addEventListener('abort', onAbort)
  try {
    const readCounter = async () =>
      deps.database.queries.select({ n: activityCounters.n }).from(activityCounters).where(eq(activityCounters.userId, userId))
    const [counter] = await retryWhenLost(readCounter, signal)
    n = Math.max(n, counter?.n ?? 0)
    isCounterRead = true
    if (lastEventId !== String(n)) refetch()
    while (!signal.aborted) {
      if (pending.size === 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, deps.heartbeatMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
        wake = null
        if (signal.aborted) return
      }
      const taken = [...pending.values()]
      const reached = n
      pending.clear()
      const items = await retryWhenLost(() => readChanges(deps.database.queries, userId, taken), signal)
      if (signal.aborted) return
      // Of a change that is undone already nothing is left to tell, but the counter is.
      yield { n: reached, items }
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    stopWatchingModels()
    stopCounting()
    stopWatching()
    unsubscribe()
  }
}
