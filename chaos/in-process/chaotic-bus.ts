import type { Bus } from '../../server/src/platform/bus/bus.ts'

/** What a node on Postgres finds out by its poll of the log, the listeners of this bus are told within this time. */
const healEveryMs = 1_500

/**
 * A bus between nodes of one process that loses, doubles, strips and reorders what it carries. An embedded database has one node, which
 * does not poll: so the bus says, as one does after a lost connection, that something may have been missed.
 */
export function createChaoticBus(random: () => number): Bus {
  const listeners = new Map<string, Set<(payload: unknown) => void>>()
  const late: (() => void)[] = []
  const reconnected = new Set<() => void>()
  const healing = setInterval(() => {
    for (const listener of reconnected) listener()
  }, healEveryMs).unref()
  const deliver = (topic: string, payload: unknown) => {
    for (const listener of listeners.get(topic) ?? []) listener(payload)
  }
  const strip = (payload: unknown) =>
    typeof payload === 'object' && payload !== null && 'records' in payload && 'lastSeq' in payload
      ? { lastSeq: payload.lastSeq }
      : payload
  return {
    publish: (topic, payload) => {
      const fate = random()
      if (fate < 0.1) return
      if (fate < 0.2) late.push(() => deliver(topic, payload))
      else deliver(topic, fate < 0.35 ? strip(payload) : payload)
      if (fate > 0.85) deliver(topic, payload)
      if (late.length > 0 && random() < 0.5) late.splice(Math.floor(random() * late.length), 1)[0]?.()
    },
    subscribe: async (topic, listener) => {
      if (random() < 0.5) await new Promise((resolve) => setImmediate(resolve))
      const all = listeners.get(topic) ?? new Set()
      listeners.set(topic, all.add(listener))
      return () => {
        all.delete(listener)
        if (all.size === 0) listeners.delete(topic)
      }
    },
    onReconnect: (listener) => {
      reconnected.add(listener)
      return () => {
        reconnected.delete(listener)
      }
    },
    close: async () => clearInterval(healing),
  }
}
