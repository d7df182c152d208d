import { schema } from '@holdfast/drizzle'
import type { Id, ProviderKind } from '@holdfast/shared'
import { asc } from 'drizzle-orm'
import type { Bus } from '../platform/bus/bus.ts'
import { openSharedCopy } from '../platform/bus/shared-copy.ts'
import type { Queries } from '../platform/database/database.ts'
import type { Logger } from '../platform/logger.ts'
import type { KeyCipher } from './key-cipher.ts'

const { providers } = schema

export type ProviderRow = typeof providers.$inferSelect

/** A provider that was added in the page, with its key: it stays inside of the server. */
export interface StoredProvider extends Pick<
  ProviderRow,
  'id' | 'ownerId' | 'name' | 'baseUrl' | 'background' | 'models' | 'defaultModel' | 'enabled'
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

  const rowToEntry = (row: ProviderRow) => {
    const version = JSON.stringify(row)
    const before = known.get(row.id)
    if (before?.version === version) return before
    return { version, provider: rowToStored(row, cipher) }
  }

  const show = (rows: readonly ProviderRow[]) => {
    const next = new Map(rows.map((row) => [row.id, rowToEntry(row)]))
    const changed = [...new Set([...known.keys(), ...next.keys()])].filter((id) => known.get(id) !== next.get(id))
    if (changed.length === 0) return
    const owners = new Set(changed.map((id) => (next.get(id) ?? known.get(id))?.provider.ownerId ?? null))
    known = next
    hideKeys?.([...next.values()].flatMap(({ provider }) => provider.key ?? []))
    for (const listener of listeners) listener(owners)
  }
  const copy = await openSharedCopy({
    bus,
    logger,
    name: 'providers',
    load: () => database.queries.select().from(providers).orderBy(asc(providers.createdAt), asc(providers.id)),
    show,
  })

  return {
    current: () => [...known.values()].map(({ provider }) => provider),
    read: copy.read,
    announce: copy.announce,
    onChange: (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    cipher,
    close: copy.close,
  }
}

/** With the key as it is in memory only. */
export function rowToStored(row: ProviderRow, cipher: KeyCipher): StoredProvider {
  const { id, ownerId, name, kind, baseUrl, background, models, defaultModel, enabled, encryptedKey } = row
  const key = encryptedKey === null ? null : cipher.decrypt(encryptedKey, id)
  const isKeyUnreadable = encryptedKey !== null && key === null
  return { id, ownerId, name, kind, baseUrl, background, models, defaultModel, enabled, key, isKeyUnreadable }
}
