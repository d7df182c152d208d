import { openDeviceStorage, type DeviceStorage } from '../lib/device-storage.ts'
import { createValueStore, type ReadableStore } from '../lib/value-store.ts'
import { createDraftStorage, expireDrafts, listDrafts, type DraftStorage } from './draft-storage.ts'

/** The drafts on this device. */
export interface LocalDrafts extends DraftStorage {
  /** Grows with every change of any draft, in this tab or another. */
  readonly changes: ReadableStore<number>
  /** The conversations in which this user has a draft; null is the one that does not exist yet. */
  readonly list: (userId: string | null) => ReadonlySet<string | null>
}

const opened = new WeakMap<DeviceStorage, LocalDrafts>()

/** One for each storage, by default the page's. Opening it removes expired drafts. */
export function localDrafts(storage: DeviceStorage = openDeviceStorage()): LocalDrafts {
  const known = opened.get(storage)
  if (known) return known
  const drafts = openDrafts(storage)
  opened.set(storage, drafts)
  return drafts
}

function openDrafts(storage: DeviceStorage): LocalDrafts {
  expireDrafts(storage, Date.now())
  const drafts = createDraftStorage(storage)
  const changes = createValueStore(0)
  const change = () => changes.set(changes.get() + 1)
  // Outside a page there are no other tabs.
  globalThis.addEventListener?.('storage', change)
  return {
    ...drafts,
    keepContent: (key, content) => {
      drafts.keepContent(key, content)
      change()
    },
    changes,
    list: (userId) => listDrafts(storage, userId),
  }
}
