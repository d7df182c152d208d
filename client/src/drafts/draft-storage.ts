import * as z from 'zod/mini'
import type { DeviceStorage } from '../lib/device-storage.ts'
import { parseJson } from '../lib/parse-json.ts'

const draftSchema = z.object({
  content: z.string(),
  /** The text that the server was last known to hold; null: not known. */
  synced: z.nullable(z.string()),
  /** When it was last written or looked at, in milliseconds since the epoch. */
  at: z.optional(z.number()),
})
export type StoredDraft = Pick<z.infer<typeof draftSchema>, 'content' | 'synced'>

export interface DraftStorage {
  readonly read: (key: string) => StoredDraft
  readonly keepContent: (key: string, content: string) => void
  readonly keepSynced: (key: string, synced: string) => void
  /** The draft is open: the time after which it expires starts again. */
  readonly touch: (key: string) => void
  /** Whether the key is that of a draft with words that the server does not have. */
  readonly isOnlyCopy: (key: string) => boolean
}

const nothing: StoredDraft = { content: '', synced: null }
const prefix = 'holdfast.draft.'
const dayMs = 24 * 60 * 60_000
/** A draft that the server has. */
const keptMs = 7 * dayMs
/** A draft that the server does not have, and no other device. */
const onlyCopyKeptMs = 30 * dayMs

/** Drafts on this device. Each conversation has a key of its own, so that tabs do not overwrite each other's. */
export function createDraftStorage(storage: DeviceStorage, now: () => number = Date.now): DraftStorage {
  const read = (key: string): StoredDraft => {
    const draft = parseDraft(storage.read(key))
    return draft ? { content: draft.content, synced: draft.synced } : nothing
  }
  const write = (key: string, draft: StoredDraft) => {
    const isEmpty = draft.content === '' && (draft.synced ?? '') === ''
    storage.write(key, isEmpty ? null : JSON.stringify({ ...draft, at: now() }))
  }
  return {
    read,
    keepContent: (key, content) => write(key, { ...read(key), content }),
    keepSynced: (key, synced) => write(key, { ...read(key), synced }),
    touch: (key) => write(key, read(key)),
    isOnlyCopy: (key) => {
      const { content, synced } = read(key)
      return key.startsWith(prefix) && content.trim() !== '' && content !== synced
    },
  }
}

export function draftKey(userId: string | null, conversationId: string | null): string {
  return `${prefix}${userId ?? ''}.${conversationId ?? 'new'}`
}

/** The conversations in which this user has a draft; null is the one that does not exist yet. */
export function listDrafts(storage: DeviceStorage, userId: string | null): ReadonlySet<string | null> {
  const own = draftKey(userId, '')
  const found = storage
    .keys()
    .filter((key) => key.startsWith(own) && (parseDraft(storage.read(key))?.content ?? '').trim() !== '')
  return new Set(found.map((key) => key.slice(own.length)).map((id) => (id === 'new' ? null : id)))
}

/**
 * Removes drafts of all users that were not touched for a week, and after a month those that the server does not have. An open draft
 * is touched regularly and stays.
 */
export function expireDrafts(storage: DeviceStorage, now: number): void {
  for (const key of storage.keys().filter((name) => name.startsWith(prefix))) {
    const draft = parseDraft(storage.read(key))
    if (!draft) {
      storage.write(key, null)
      continue
    }
    const { content, synced, at } = draft
    const isSynced = content === (synced ?? '')
    if (at === undefined) storage.write(key, JSON.stringify({ content, synced, at: now }))
    else if (now - at > (isSynced ? keptMs : onlyCopyKeptMs)) storage.write(key, null)
  }
}

/**
 * Removes the drafts of a user who has signed out, since others may use this device. Those that the server does not have stay: they would
 * be lost. [D4]
 */
export function forgetSyncedDrafts(storage: DeviceStorage, userId: string): void {
  for (const key of storage.keys().filter((name) => name.startsWith(draftKey(userId, '')))) {
    const draft = parseDraft(storage.read(key))
    if (!draft || draft.content === (draft.synced ?? '')) storage.write(key, null)
  }
}

/** The text that is shown: the local one while the server does not have it, else the server's, which may come from another device. */
export function chooseDraft(local: StoredDraft, onServer: string): string {
  const isSynced = local.content === (local.synced ?? '')
  return isSynced ? onServer : local.content
}

function parseDraft(text: string | null): z.infer<typeof draftSchema> | null {
  const draft = draftSchema.safeParse(parseJson(text))
  return draft.success ? draft.data : null
}
