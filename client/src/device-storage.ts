/** As much of the browser's storage as is used here. */
export type KeyedStorage = Pick<Storage, 'length' | 'key' | 'getItem' | 'setItem' | 'removeItem'>

/** The device's storage. Where it is forbidden, or there is none: one that lives as long as the page. */
export function openDeviceStorage(): KeyedStorage {
  try {
    return window.localStorage
  } catch {
    return createStorageInMemory()
  }
}

export function createStorageInMemory(values = new Map<string, string>()): KeyedStorage {
  return {
    get length() {
      return values.size
    },
    key: (index) => [...values.keys()][index] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  }
}
