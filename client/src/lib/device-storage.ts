import { toDeviceName } from './base-path.ts'
import { createValueStore, type ReadableStore } from './value-store.ts'

/** Texts that are kept on this device. */
export interface DeviceStorage {
  readonly read: (key: string) => string | null
  /**
   * Null removes the entry. Where the browser does not keep the text, the older one is removed, since it must not come back with the next
   * page; `keepsOlder` leaves it there, for texts of which an older one is better than none.
   */
  readonly write: (key: string, text: string | null, options?: { readonly keepsOlder?: boolean }) => void
  readonly keys: () => readonly string[]
  /** The keys of the texts that are only in memory: they are lost when the page is closed. */
  readonly unkept: ReadableStore<ReadonlySet<string>>
}

/** The part of `Storage` that is used. */
export type KeyValueStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

const opened = new Map<'local' | 'session', DeviceStorage>()

/**
 * `local`: for all tabs, and kept when they are closed. `session`: for this tab, and kept over a reload. Texts that the
 * browser does not keep, because storage is forbidden or full, are kept in memory for as long as the page: nothing here throws.
 */
export function openDeviceStorage(kind: 'local' | 'session' = 'local'): DeviceStorage {
  const known = opened.get(kind)
  if (known) return known
  const storage = createDeviceStorage(
    () => (kind === 'local' ? globalThis.localStorage : globalThis.sessionStorage),
    toDeviceName(''),
  )
  opened.set(kind, storage)
  return storage
}

/**
 * @param open may throw: reading the property does where the person has forbidden storage.
 * @param prefix of the keys in the browser's storage; what has another one is not seen
 */
export function createDeviceStorage(open: () => KeyValueStorage | undefined, prefix = ''): DeviceStorage {
  /** Texts that the browser did not keep. */
  const inMemory = new Map<string, string>()
  const unkept = createValueStore<ReadonlySet<string>>(new Set())
  /** Asked each time: it may be forbidden and allowed while the page is open. */
  const browser = () => attempt(open) ?? null
  const isWritten = (key: string, text: string) =>
    attempt(() => {
      const storage = browser()
      storage?.setItem(prefix + key, text)
      return storage !== null
    }) ?? false
  const publish = () => {
    const known = unkept.get()
    if (known.size !== inMemory.size || [...inMemory.keys()].some((key) => !known.has(key))) unkept.set(new Set(inMemory.keys()))
  }
  return {
    read: (key) => inMemory.get(key) ?? attempt(() => browser()?.getItem(prefix + key)) ?? null,
    write: (key, text, { keepsOlder = false } = {}) => {
      inMemory.delete(key)
      if (text === null) attempt(() => browser()?.removeItem(prefix + key))
      else if (!isWritten(key, text)) {
        if (!keepsOlder) attempt(() => browser()?.removeItem(prefix + key))
        inMemory.set(key, text)
      }
      // There may be room again for what is only in memory.
      if (!inMemory.has(key)) for (const [other, waiting] of inMemory) if (isWritten(other, waiting)) inMemory.delete(other)
      publish()
    },
    keys: () => {
      const storage = browser()
      const stored = attempt(() => Array.from({ length: storage?.length ?? 0 }, (_, index) => storage?.key(index) ?? ''))
      const own = (stored ?? []).flatMap((key) => (key.startsWith(prefix) ? key.slice(prefix.length) : []))
      return [...new Set([...own, ...inMemory.keys()])]
    },
    unkept,
  }
}

export function createStorageInMemory(values = new Map<string, string>()): DeviceStorage {
  return {
    read: (key) => values.get(key) ?? null,
    write: (key, text) => void (text === null ? values.delete(key) : values.set(key, text)),
    keys: () => [...values.keys()],
    unkept: createValueStore<ReadonlySet<string>>(new Set()),
  }
}

function attempt<Result>(run: () => Result): Result | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}
