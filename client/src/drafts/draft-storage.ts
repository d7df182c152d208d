import * as z from 'zod/mini'
import type { KeyedStorage } from '../device-storage.ts'
import { parseJson } from '../parse-json.ts'

const draftSchema = z.object({
  content: z.string(),
  /** What the server was last known to hold; null: not known. */
  synced: z.nullable(z.string()),
  /** When it was last written or looked at, in milliseconds since the epoch. */
  at: z.optional(z.number()),
})
export type StoredDraft = Pick<z.infer<typeof draftSchema>, 'content' | 'synced'>

export interface DraftStorage {
  readonly read: (key: string) => StoredDraft
  readonly keepContent: (key: string, content: string) => void
  readonly keepSynced: (key: string, synced: string) => void
  /** It is open: its time begins anew. */
  readonly touch: (key: string) => void
}

const nothing: StoredDraft = { content: '', synced: null }
const prefix = 'holdfast.draft.'
const dayMs = 24 * 60 * 60_000
/** After so long nobody comes back to it on this device; the server has it still. */
const keptMs = 7 * dayMs
/** What the server was never told is nowhere else. */
const onlyCopyKeptMs = 30 * dayMs

/** What is being written, on this device: one key per conversation, so that tabs do not write over each other's. */
export function createDraftStorage(
  storage: Pick<KeyedStorage, 'getItem' | 'setItem' | 'removeItem'>,
  now: () => number = Date.now,
): DraftStorage {
  const read = (key: string): StoredDraft => {
    const draft = parseDraft(storage.getItem(key))
    return draft ? { content: draft.content, synced: draft.synced } : nothing
  }
  const write = (key: string, draft: StoredDraft) => {
    // Nothing here and nothing there needs no entry.
    if (draft.content === '' && (draft.synced ?? '') === '') storage.removeItem(key)
    else storage.setItem(key, JSON.stringify({ ...draft, at: now() }))
  }
  return {
    read,
    keepContent: (key, content) => write(key, { ...read(key), content }),
    keepSynced: (key, synced) => write(key, { ...read(key), synced }),
    touch: (key) => write(key, read(key)),
  }
}

export function draftKey(userId: string | null, conversationId: string | null): string {
  return `${prefix}${userId ?? ''}.${conversationId ?? 'new'}`
}

/** The conversations that hold words of this user which were not sent; null is the one that does not exist yet. */
export function listDrafts(
  storage: Pick<Storage, 'length' | 'key' | 'getItem'>,
  userId: string | null,
): ReadonlySet<string | null> {
  const own = draftKey(userId, '')
  const found = keysOf(storage).filter(
    (key) => key.startsWith(own) && (parseDraft(storage.getItem(key))?.content ?? '').trim() !== '',
  )
  return new Set(found.map((key) => key.slice(own.length)).map((id) => (id === 'new' ? null : id)))
}

/**
 * Takes what was left lying for a week off the device, of whichever user; after a month also what the server does not have. A draft
 * that is open is touched now and then and stays.
 */
export function expireDrafts(storage: KeyedStorage, now: number): void {
  for (const key of keysOf(storage).filter((name) => name.startsWith(prefix))) {
    const draft = parseDraft(storage.getItem(key))
    if (!draft) {
      storage.removeItem(key)
      continue
    }
    const { content, synced, at } = draft
    const isTold = content === (synced ?? '')
    if (at === undefined) storage.setItem(key, JSON.stringify({ content, synced, at: now }))
    else if (now - at > (isTold ? keptMs : onlyCopyKeptMs)) storage.removeItem(key)
  }
}

/**
 * Which of the two texts to go on with: what was written here and not yet told the server, else what the server holds, which may
 * come from another device.
 */
export function chooseDraft(local: StoredDraft, onServer: string): string {
  const isTold = local.content === (local.synced ?? '')
  return isTold ? onServer : local.content
}

function keysOf(storage: Pick<Storage, 'length' | 'key'>): string[] {
  return Array.from({ length: storage.length }, (_, index) => storage.key(index)).filter((key) => key !== null)
}

function parseDraft(text: string | null): z.infer<typeof draftSchema> | null {
  const draft = draftSchema.safeParse(parseJson(text))
  return draft.success ? draft.data : null
}
