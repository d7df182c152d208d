import type { Id } from '@holdfast/shared'
import type { HoldfastClient } from '../sdk/client.ts'
import {
  createConversationStore,
  type BranchOptions,
  type ConversationStore,
} from '../sdk/conversation-store/conversation-store.ts'

/** Time for which a store without users keeps following its conversation. */
const lingerMs = 20_000

export interface StoreLoan {
  readonly store: () => ConversationStore
  /** Keeps the store open while there is a listener. */
  readonly subscribe: (listener: () => void) => () => void
}

interface Shared {
  readonly store: ConversationStore
  users: number
  timer: ReturnType<typeof setTimeout> | undefined
}

const sharedByClient = new WeakMap<object, Map<Id, Shared>>()

export function borrowConversationStore(
  client: Pick<HoldfastClient, 'trpc' | 'connection' | 'outbox'>,
  conversationId: Id,
  options: BranchOptions = {},
): StoreLoan {
  const stores = sharedByClient.get(client) ?? new Map<Id, Shared>()
  sharedByClient.set(client, stores)

  const letGo = (shared: Shared) => {
    clearTimeout(shared.timer)
    shared.timer = setTimeout(() => {
      if (shared.users > 0) return
      shared.store.close()
      if (stores.get(conversationId) === shared) stores.delete(conversationId)
    }, lingerMs)
    // Server rendering does not wait for data.
    if (typeof shared.timer === 'object') shared.timer.unref?.()
  }
  const get = (): Shared => {
    const known = stores.get(conversationId)
    if (known) return known
    const shared: Shared = {
      store: createConversationStore(client, conversationId, { ...options, isLazy: true }),
      users: 0,
      timer: undefined,
    }
    stores.set(conversationId, shared)
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
