import type { WebhookDelivery } from '@holdfast/shared'

/** While something is sent. */
const shortestMs = 3_000
/** While all wait: a page of deliveries may have megabytes. */
const longestMs = 60_000
/** During an attempt its delivery names a next one at most this far ahead. */
const attemptMs = 20_000

/**
 * How soon to look again for what became of deliveries that are on their way: when the next attempt is due. One whose time has long come
 * waits for an earlier one of its conversation. False: none is on its way.
 */
export function deliveriesToPollMs(
  deliveries: readonly Pick<WebhookDelivery, 'state' | 'nextAttemptAt'>[],
  now: number,
): number | false {
  const waitsMs = deliveries.flatMap(({ state, nextAttemptAt }) => {
    if (state !== 'pending') return []
    const dueInMs = nextAttemptAt === null ? 0 : Date.parse(nextAttemptAt) - now
    if (dueInMs < -longestMs) return longestMs
    return dueInMs <= attemptMs ? shortestMs : Math.min(dueInMs, longestMs)
  })
  return waitsMs.length === 0 ? false : Math.min(...waitsMs)
}
