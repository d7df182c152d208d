import { Refusal } from './refusal.ts'

/** Limits what callers cost this node: their calls by a bucket of points each, and their open streams by number. */
export interface CallLimits {
  /**
   * Takes the points of a call from the bucket of the user and from that of the address. Null: unknown.
   * @throws Refusal TOO_MANY_REQUESTS when one of the two has not enough; then nothing is taken
   */
  readonly take: (caller: { readonly userId: string | null; readonly address: string | null }, points: number) => void
  /** Takes the place of a stream and gives a function that frees it. @throws Refusal TOO_MANY_REQUESTS */
  readonly beginStream: (userId: string) => () => void
}

export interface CallLimitOptions {
  /** Points that come back to a user within a minute. Half of them can be spent at the same moment. */
  readonly pointsPerMinute: number
  /** Milliseconds from any start. */
  readonly now?: () => number
}

/** Many people may share an address, such as that of an office. */
const usersPerAddress = 10
/** For all clients of a user together. */
export const maxStreamsPerUser = 400
/** Above so many buckets, those that are full again are forgotten. */
const sweepAbove = 10_000

export function createCallLimits({ pointsPerMinute, now = () => performance.now() }: CallLimitOptions): CallLimits {
  const users = createBuckets(pointsPerMinute, now)
  const addresses = createBuckets(pointsPerMinute * usersPerAddress, now)
  const streams = new Map<string, number>()
  return {
    take({ userId, address }, points) {
      const taken = [
        ...(userId === null ? [] : [{ buckets: users, key: userId }]),
        ...(address === null ? [] : [{ buckets: addresses, key: address }]),
      ]
      const retryAfterMs = Math.max(0, ...taken.map(({ buckets, key }) => buckets.waitFor(key, points)))
      if (retryAfterMs > 0) {
        throw new Refusal('TOO_MANY_REQUESTS', 'Too many requests in a short time. Wait a moment, then try again', {
          reason: 'rate-limited',
          retryAfterMs: Math.ceil(retryAfterMs),
        })
      }
      for (const { buckets, key } of taken) buckets.take(key, points)
    },
    beginStream(userId) {
      const open = streams.get(userId) ?? 0
      if (open >= maxStreamsPerUser) {
        throw new Refusal('TOO_MANY_REQUESTS', `Too many open streams: a user may have ${maxStreamsPerUser}`, {
          reason: 'rate-limited',
          retryAfterMs: 5_000,
        })
      }
      streams.set(userId, open + 1)
      let isOpen = true
      return () => {
        if (!isOpen) return
        isOpen = false
        const left = (streams.get(userId) ?? 1) - 1
        if (left === 0) streams.delete(userId)
        else streams.set(userId, left)
      }
    },
  }
}

function createBuckets(perMinute: number, now: () => number) {
  const capacity = perMinute / 2
  const perMs = perMinute / 60_000
  const buckets = new Map<string, { points: number; at: number }>()
  const read = (key: string): number => {
    const bucket = buckets.get(key)
    return bucket ? Math.min(capacity, bucket.points + (now() - bucket.at) * perMs) : capacity
  }
  const sweep = () => {
    for (const key of buckets.keys()) if (read(key) >= capacity) buckets.delete(key)
  }
  return {
    /** Milliseconds until there are enough points. A call that costs more than a bucket holds needs a full one. */
    waitFor: (key: string, points: number): number => Math.max(0, Math.min(points, capacity) - read(key)) / perMs,
    take(key: string, points: number) {
      if (buckets.size > sweepAbove) sweep()
      buckets.set(key, { points: read(key) - points, at: now() })
    },
  }
}
