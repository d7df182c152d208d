/** Time for which a store without users keeps following its conversation. */
const lingerMs = 20_000

interface Lendable {
  readonly start: () => void
  readonly subscribe: (listener: () => void) => () => void
  readonly close: () => void
}

export interface StoreLoan<Store extends Lendable> {
  readonly store: () => Store
  /** Keeps the store open while there is a listener. */
  readonly subscribe: (listener: () => void) => () => void
}

interface Shared<Store extends Lendable> {
  readonly store: Store
  users: number
  timer: ReturnType<typeof setTimeout> | undefined
}

const sharedByClient = new WeakMap<object, Map<string, Shared<Lendable>>>()

/**
 * Lends the client's store of this key, one for all who borrow it. It stays open for a moment after the last of them has gone.
 * @param open makes a store that asks the server for nothing before it is started. A key always stands for the same kind of store.
 */
export function borrowStore<Store extends Lendable>(client: object, key: string, open: () => Store): StoreLoan<Store> {
  const stores = (sharedByClient.get(client) ?? new Map<string, Shared<Lendable>>()) as Map<string, Shared<Store>>
  sharedByClient.set(client, stores)

  const letGo = (shared: Shared<Store>) => {
    clearTimeout(shared.timer)
    shared.timer = setTimeout(() => {
      if (shared.users > 0) return
      shared.store.close()
      if (stores.get(key) === shared) stores.delete(key)
    }, lingerMs)
    // Server rendering does not wait for data.
    if (typeof shared.timer === 'object') shared.timer.unref?.()
  }
  const get = (): Shared<Store> => {
    const known = stores.get(key)
    if (known) return known
    const shared: Shared<Store> = { store: open(), users: 0, timer: undefined }
    stores.set(key, shared)
    // A rendered component may never mount.
    letGo(shared)
    return shared
  }

  return {
    store: () => get().store,
    subscribe: (listener) => {
      const shared = get()
      shared.users += 1
      clearTimeout(shared.timer)
      const forget = shared.store.subscribe(listener)
      // Not while rendering, which also happens on servers.
      shared.store.start()
      return () => {
        forget()
        shared.users -= 1
        if (shared.users === 0) letGo(shared)
      }
    },
  }
}
