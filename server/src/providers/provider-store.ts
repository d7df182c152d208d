import { schema } from '@holdfast/drizzle'
import type { Id, ProviderKind } from '@holdfast/shared'
import { asc } from 'drizzle-orm'
import type { Bus } from '../platform/bus/bus.ts'
import type { Queries } from '../platform/database/database.ts'
import type { Logger } from '../platform/logger.ts'
import type { KeyCipher } from './key-cipher.ts'

const { providers } = schema
const topic = 'providers:changed'
/** A message on the bus may be lost; after this time every node has read what another node has written. */
const rereadMs = 15_000

export type ProviderRow = typeof providers.$inferSelect

/** A provider that was added in the page, with its key: it stays inside of the server. */
export interface StoredProvider extends Pick<
  ProviderRow,
  'id' | 'ownerId' | 'name' | 'baseUrl' | 'models' | 'defaultModel' | 'enabled'
> {
  readonly kind: ProviderKind
  /** Null: it needs none, or `isKeyUnreadable`. */
  readonly key: string | null
  readonly isKeyUnreadable: boolean
}

/** The providers in the database, the same on every node. */
export interface ProviderStore {
  /** In memory, the oldest first: as fresh as the last message on the bus, and never older than 15 seconds. An unchanged one stays the same object. */
  readonly current: () => readonly StoredProvider[]
  /** Reads what was written, by this node or another. */
  readonly read: () => Promise<void>
  /** Reads what was written here, then tells the other nodes. Call it after the commit. */
  readonly announce: () => Promise<void>
  /** Calls the listener after each change with the owners of what has changed. Returns a function that stops listening. */
  readonly onChange: (listener: (owners: ReadonlySet<Id | null>) => void) => () => void
  readonly cipher: KeyCipher
  readonly close: () => void
}

export interface ProviderStoreDeps {
  readonly database: { readonly queries: Queries }
  readonly bus: Bus
  readonly logger: Logger
  readonly cipher: KeyCipher
  /** Hears of all keys whenever they change, to keep them out of logs. */
  readonly hideKeys?: (keys: readonly string[]) => void
}

/** Reads the providers once, then follows their changes. Rejects when the database cannot be asked. */
export async function openProviders({ database, bus, logger, cipher, hideKeys }: ProviderStoreDeps): Promise<ProviderStore> {
  const listeners = new Set<(owners: ReadonlySet<Id | null>) => void>()
  let known = new Map<Id, { readonly version: string; readonly provider: StoredProvider }>()
  let readCount = 0
  let shownCount = 0

  const rowToEntry = (row: ProviderRow) => {
    const version = JSON.stringify(row)
    const before = known.get(row.id)
    if (before?.version === version) return before
    return { version, provider: rowToStored(row, cipher) }
  }

  const read = async () => {
    readCount += 1
    const turn = readCount
    const rows = await database.queries.select().from(providers).orderBy(asc(providers.createdAt), asc(providers.id))
    // A read that began later has shown newer rows already.
    if (turn < shownCount) return
    shownCount = turn
    const next = new Map(rows.map((row) => [row.id, rowToEntry(row)]))
    const changed = [...new Set([...known.keys(), ...next.keys()])].filter((id) => known.get(id) !== next.get(id))
    if (changed.length === 0) return
    const owners = new Set(changed.map((id) => (next.get(id) ?? known.get(id))?.provider.ownerId ?? null))
    known = next
    hideKeys?.([...next.values()].flatMap(({ provider }) => provider.key ?? []))
    for (const listener of listeners) listener(owners)
  }
  const reread = () => {
    read().catch((error: unknown) => {
      logger.warn({ event: 'providers-unread', err: error }, 'could not read the providers; trying again')
    })
  }

  await read()
  const unsubscribe = await bus.subscribe(topic, reread)
  bus.onReconnect(reread)
  const timer = setInterval(reread, rereadMs).unref()

  return {
    current: () => [...known.values()].map(({ provider }) => provider),
    read,
    announce: async () => {
      await read()
      bus.publish(topic, null)
    },
    onChange: (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    cipher,
    close: () => {
      clearInterval(timer)
      unsubscribe()
    },
  }
}

/** With the key as it is in memory only. */
export function rowToStored(row: ProviderRow, cipher: KeyCipher): StoredProvider {
  const { id, ownerId, name, kind, baseUrl, models, defaultModel, enabled, encryptedKey } = row
  const key = encryptedKey === null ? null : cipher.decrypt(encryptedKey, id)
  const isKeyUnreadable = encryptedKey !== null && key === null
  return { id, ownerId, name, kind, baseUrl, models, defaultModel, enabled, key, isKeyUnreadable }
}
