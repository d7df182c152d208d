import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { inArray } from 'drizzle-orm'
import type { Database } from '../platform/database/database.ts'
import type { Logger } from '../platform/logger.ts'

const { activityCounters } = schema
/** Half of the time for which a notice that the bus has lost may go unnoticed: a notice may be on its way while the number is read. */
const pollMs = 1_500
const idsPerQuery = 1_000

/** The activity numbers of the users who are followed on this node. */
export interface ActivityCounts {
  /** Calls `onCount` now and then with a number that the user's counter had reached some time ago. Returns a function that stops it. */
  readonly watch: (userId: Id, onCount: (n: number) => void) => () => void
  readonly close: () => void
}

/** Within one process no notice is lost. Between nodes the counters are polled, in one query for all readers. */
export function createActivityCounts(database: Database, logger: Logger): ActivityCounts {
  const listeners = new Map<Id, Set<(n: number) => void>>()
  let previous = new Map<Id, number>()
  let isPolling = false
  const timer = database.kind === 'pglite' ? null : setInterval(() => void poll(), pollMs).unref()

  async function poll() {
    const ids = [...listeners.keys()]
    if (ids.length === 0 || isPolling) return
    isPolling = true
    try {
      const found = new Map<Id, number>()
      for (let start = 0; start < ids.length; start += idsPerQuery) {
        const some = ids.slice(start, start + idsPerQuery)
        const rows = await database.queries
          .select({ userId: activityCounters.userId, n: activityCounters.n })
          .from(activityCounters)
          .where(inArray(activityCounters.userId, some))
        for (const { userId, n } of rows) found.set(userId, n)
      }
      for (const [userId, n] of previous) for (const onCount of listeners.get(userId) ?? []) onCount(n)
      previous = found
    } catch (error) {
      logger.warn({ event: 'poll-failed', err: error }, 'polling the activity counters failed, trying again')
    } finally {
      isPolling = false
    }
  }

  return {
    watch: (userId, onCount) => {
      const own = listeners.get(userId) ?? new Set()
      listeners.set(userId, own.add(onCount))
      return () => {
        own.delete(onCount)
        if (own.size === 0 && listeners.get(userId) === own) listeners.delete(userId)
      }
    },
    close: () => {
      if (timer) clearInterval(timer)
    },
  }
}
