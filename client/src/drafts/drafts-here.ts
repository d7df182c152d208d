import { openDeviceStorage, type KeyedStorage } from '../device-storage.ts'
import { createValueStore, type ReadableStore } from '../value-store.ts'
import { createDraftStorage, expireDrafts, listDrafts, type DraftStorage } from './draft-storage.ts'

/** The drafts on this device. */
export interface DraftsHere extends DraftStorage {
  /** Grows with every change of any draft, in this tab or another. */
  readonly changes: ReadableStore<number>
  /** The conversations with unsent words of this user; null is the one that does not exist yet. */
  readonly list: (userId: string | null) => ReadonlySet<string | null>
}

let opened: DraftsHere | null = null

/** One for the page. What was left lying for too long goes when it is opened. */
export function draftsHere(): DraftsHere {
  opened ??= openDrafts(openDeviceStorage())
  return opened
}

function openDrafts(storage: KeyedStorage): DraftsHere {
  try {
    expireDrafts(storage, Date.now())
  } catch {
    // The device has no room for a note of when they were written: they stay.
  }
  const drafts = createDraftStorage(storage)
  const changes = createValueStore(0)
  const change = () => changes.set(changes.get() + 1)
  window.addEventListener('storage', change)
  return {
    ...drafts,
    keepContent: (key, content) => {
      drafts.keepContent(key, content)
      change()
    },
    keepSynced: drafts.keepSynced,
    changes,
    list: (userId) => listDrafts(storage, userId),
  }
}
