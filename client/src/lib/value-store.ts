export interface ReadableStore<Value> {
  /** The current value. Keeps its identity until it changes, so `useSyncExternalStore` can read it. */
  readonly get: () => Value
  /** Calls the listener after every change. Returns how to stop. */
  readonly subscribe: (listener: () => void) => () => void
}

export interface ValueStore<Value> extends ReadableStore<Value> {
  readonly set: (value: Value) => void
}

/** A value that can be watched. Setting the same value again notifies no listener. */
export function createValueStore<Value>(initial: Value): ValueStore<Value> {
  const listeners = new Set<() => void>()
  let current = initial
  return {
    get: () => current,
    set: (value) => {
      if (Object.is(value, current)) return
      current = value
      for (const listener of [...listeners]) listener()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}
