import { createValueStore, type ValueStore } from './value-store.ts'

export interface DeviceValueOptions<Value> {
  /** What the stored text means; null: nothing is stored. It may come from an older page or another hand: never throws. */
  readonly parse: (text: string | null) => Value
  /** Null: it is as it usually is, and needs no entry. */
  readonly print: (value: Value) => string | null
}

/** A value that is kept on this device and is the same in all its tabs. Where storage is forbidden it lives as long as the page. */
export function createDeviceValue<Value>(key: string, { parse, print }: DeviceValueOptions<Value>): ValueStore<Value> {
  const store = createValueStore(parse(readDevice(key)))
  globalThis.addEventListener?.('storage', (event: StorageEvent) => {
    if (event.key === key || event.key === null) store.set(parse(readDevice(key)))
  })
  return {
    ...store,
    set: (value) => {
      writeDevice(key, print(value))
      store.set(value)
    },
  }
}

function readDevice(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function writeDevice(key: string, text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(key)
    else localStorage.setItem(key, text)
  } catch {
    // Storage is forbidden or full: it holds until the page is left.
  }
}
