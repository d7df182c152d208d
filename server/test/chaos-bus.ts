import type { Bus } from '../src/platform/bus/bus.ts'
import type { LogNotice } from '../src/event-log/topics.ts'

/** A bus that loses, doubles, strips and reorders what it carries, as a network may. */
export interface ChaosBus extends Bus {
  /** Listeners of all topics. */
  readonly subscribers: () => number
  /** The network works again: listeners are notified that they may have missed something. */
  readonly heal: () => void
}

export function createChaosBus(random: () => number): ChaosBus {
  const listeners = new Map<string, Set<(payload: unknown) => void>>()
  const reconnected = new Set<() => void>()
  const delayed: (() => void)[] = []

  function deliver(topic: string, payload: unknown) {
    for (const listener of listeners.get(topic) ?? []) listener(payload)
  }

  return {
    publish: (topic, payload) => {
      const { lastSeq } = payload as LogNotice
      const fate = random()
      if (fate < 0.2) return
      if (fate < 0.35) deliver(topic, { lastSeq })
      else if (fate < 0.4) deliver(topic, { lastSeq: null })
      else if (fate < 0.6) delayed.push(() => deliver(topic, payload))
      else deliver(topic, payload)
      if (fate > 0.85) deliver(topic, payload)
      if (delayed.length > 0 && random() < 0.5) delayed.splice(Math.floor(random() * delayed.length), 1)[0]?.()
    },
    subscribe: async (topic, listener) => {
      // A message that is published before a subscription is confirmed may or may not arrive.
      if (random() < 0.5) await new Promise((resolve) => setImmediate(resolve))
      const all = listeners.get(topic) ?? new Set()
      listeners.set(topic, all.add(listener))
      return () => {
        all.delete(listener)
      }
    },
    onReconnect: (listener) => {
      reconnected.add(listener)
      return () => {
        reconnected.delete(listener)
      }
    },
    subscribers: () => [...listeners.values()].reduce((sum, { size }) => sum + size, 0),
    heal: () => {
      for (const listener of reconnected) listener()
    },
    close: async () => {},
  }
}

/** The same bus, whose listeners get some messages twice, some late, and some never. */
export function makeUnruly(bus: Bus, random: () => number): Bus {
  return {
    publish: (...values) => bus.publish(...values),
    onReconnect: (listener) => bus.onReconnect(listener),
    close: () => bus.close(),
    subscribe: (topic, listener) => {
      const delayed: unknown[] = []
      return bus.subscribe(topic, (payload) => {
        const fate = random()
        if (fate < 0.1) return
        if (fate < 0.3) delayed.push(payload)
        else listener(payload)
        if (fate > 0.7) listener(payload)
        if (random() < 0.5) for (const late of delayed.splice(0, 2)) listener(late)
      })
    },
  }
}
