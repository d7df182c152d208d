import { toDeviceName } from './base-path.ts'
import { openDeviceStorage } from './device-storage.ts'
import { createValueStore, type ValueStore } from './value-store.ts'

export interface DeviceValueOptions<Value> {
  /** Reads the stored text, null where there is none. It may come from an older page or from anyone: never throws. */
  readonly parse: (text: string | null) => Value
  /** Null: the default, which needs no entry. */
  readonly print: (value: Value) => string | null
}

/** A value that is kept on this device and is the same in all its tabs. Where storage is forbidden it is kept for as long as the page. */
export function createDeviceValue<Value>(key: string, { parse, print }: DeviceValueOptions<Value>): ValueStore<Value> {
  const storage = openDeviceStorage()
  const store = createValueStore(parse(storage.read(key)))
  globalThis.addEventListener?.('storage', (event: StorageEvent) => {
    if (event.key === toDeviceName(key) || event.key === null) store.set(parse(storage.read(key)))
  })
  return {
    ...store,
    set: (value) => {
      storage.write(key, print(value))
      store.set(value)
    },
  }
}
