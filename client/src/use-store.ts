import { useSyncExternalStore } from 'react'
import type { ReadableStore } from './value-store.ts'

/** The value of a store, in a component that follows it. */
export function useStore<Value>(store: ReadableStore<Value>): Value {
  return useSyncExternalStore(store.subscribe, store.get, store.get)
}
