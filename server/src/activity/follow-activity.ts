import { schema } from '@holdfast/drizzle'
import type { Activity, Id } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import type { Bus } from '../bus/bus.ts'
import type { Database } from '../database/database.ts'
import { activityToKey, userTopic, type ActivityNotice } from '../log/topics.ts'

const { activityCounters } = schema

/** A reader that is this far behind is told to fetch everything again. */
const maxPending = 200

export interface FollowedActivity {
  /** The user's counter after these items, for `tracked`. */
  readonly n: number
  readonly items: readonly Activity[]
}

/**
 * What changes for a user outside the conversation that is open: state only, coalesced while the reader is busy. The first item, and
 * the first after anything was missed, is `refetch`. An empty batch is a heartbeat.
 */
export async function* followActivity(
  deps: { database: Database; bus: Bus; heartbeatMs: number },
  userId: Id,
  signal: AbortSignal,
): AsyncGenerator<FollowedActivity, void> {
  const pending = new Map<string, Activity>()
  let n = 0
  let isCounterRead = false
  let wake: (() => void) | null = null
  const refetch = () => {
    pending.clear()
    pending.set('refetch', { type: 'refetch' })
    wake?.()
  }
  const onNotice = (notice: ActivityNotice) => {
    if (notice.n <= n) return
    // What came before the counter was read is covered by the first refetch.
    const missed = isCounterRead && notice.n !== n + 1
    n = notice.n
    if (missed || pending.size >= maxPending) return refetch()
    for (const item of notice.items) {
      const key = activityToKey(item)
      pending.delete(key)
      pending.set(key, item)
    }
    wake?.()
  }
  const unsubscribe = await deps.bus.subscribe(userTopic(userId), (payload) => onNotice(payload as ActivityNotice))
  const stopWatching = deps.bus.onReconnect(refetch)
  const onAbort = () => wake?.()
  signal.addEventListener('abort', onAbort)
  try {
    const [counter] = await deps.database.queries
      .select({ n: activityCounters.n })
      .from(activityCounters)
      .where(eq(activityCounters.userId, userId))
    n = Math.max(n, counter?.n ?? 0)
    isCounterRead = true
    refetch()
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
      const items = [...pending.values()]
      pending.clear()
      yield { n, items }
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    stopWatching()
    unsubscribe()
  }
}
