import { parseJson } from '../parse-json.ts'
import { createValueStore, type ReadableStore } from '../value-store.ts'
import { storedItemSchema, type StoredItem } from './outbox-item.ts'

export interface OutboxStorage {
  readonly load: () => StoredItem[]
  readonly has: (requestId: string) => boolean
  readonly put: (item: StoredItem) => void
  readonly remove: (requestId: string) => void
  /** What is stored may have changed: in another tab, or because somebody else is signed in. */
  readonly watch: (listener: () => void) => () => void
}

const lastUserKey = 'holdfast.user'
const nobodyYet = ''

/** On the device, apart for each user, or in memory where there is no such storage. */
export function createOutboxStorage(userId: ReadableStore<string | null>): OutboxStorage {
  const storage = openLocalStorage()
  return storage ? createPersistentStorage(storage, userId) : createMemoryStorage()
}

export function createMemoryStorage(): OutboxStorage {
  const items = new Map<string, StoredItem>()
  return {
    load: () => [...items.values()],
    has: (requestId) => items.has(requestId),
    put: (item) => {
      items.set(item.requestId, item)
    },
    remove: (requestId) => {
      items.delete(requestId)
    },
    watch: () => () => {},
  }
}

/** One key per item, so that two tabs never write over each other's. */
export function createPersistentStorage(storage: Storage, userId: ReadableStore<string | null>): OutboxStorage {
  // Before the first token arrives, the last user's unsent words are shown: the server may be down just now.
  const owner = createValueStore(storage.getItem(lastUserKey) ?? nobodyYet)
  const prefixOf = (user: string) => `holdfast.outbox.${user}.`
  const keyOf = (requestId: string) => prefixOf(owner.get()) + requestId
  const keys = (user: string) =>
    Array.from({ length: storage.length }, (_, index) => storage.key(index)).filter(
      (key): key is string => key?.startsWith(prefixOf(user)) ?? false,
    )
  const read = (key: string): StoredItem[] => {
    const parsed = storedItemSchema.safeParse(parseJson(storage.getItem(key)))
    return parsed.success ? [parsed.data] : []
  }
  // A full or forbidden storage must not stop a message: then it lives as long as the page.
  const unstorable = createMemoryStorage()
  const take = () => {
    const user = userId.get()
    if (user === null || user === owner.get()) return
    storage.setItem(lastUserKey, user)
    // What was written before anybody was known belongs to who is first.
    const orphans = owner.get() === nobodyYet ? keys(nobodyYet).flatMap(read) : []
    for (const item of orphans) {
      storage.setItem(prefixOf(user) + item.requestId, JSON.stringify(item))
      storage.removeItem(prefixOf(nobodyYet) + item.requestId)
    }
    owner.set(user)
  }
  take()
  userId.subscribe(take)

  return {
    load: () => [...keys(owner.get()).flatMap(read), ...unstorable.load()],
    has: (requestId) => storage.getItem(keyOf(requestId)) !== null || unstorable.has(requestId),
    put: (item) => {
      try {
        storage.setItem(keyOf(item.requestId), JSON.stringify(item))
        unstorable.remove(item.requestId)
      } catch {
        storage.removeItem(keyOf(item.requestId))
        unstorable.put(item)
      }
    },
    remove: (requestId) => {
      storage.removeItem(keyOf(requestId))
      unstorable.remove(requestId)
    },
    watch: (listener) => {
      const onStorage = (event: StorageEvent) => {
        if (event.key === null || event.key.startsWith(prefixOf(owner.get()))) listener()
      }
      globalThis.addEventListener?.('storage', onStorage)
      const forgetOwner = owner.subscribe(listener)
      return () => {
        globalThis.removeEventListener?.('storage', onStorage)
        forgetOwner()
      }
    },
  }
}

function openLocalStorage(): Storage | null {
  if (typeof window === 'undefined') return null
  try {
    // Reading the property throws where the person has forbidden storage.
    return window.localStorage
  } catch {
    return null
  }
}
