import * as z from 'zod/mini'

const draftSchema = z.object({
  content: z.string(),
  /** What the server was last known to hold; null: not known. */
  synced: z.nullable(z.string()),
})
export type StoredDraft = z.infer<typeof draftSchema>

export interface DraftStorage {
  readonly read: (key: string) => StoredDraft
  readonly keepContent: (key: string, content: string) => void
  readonly keepSynced: (key: string, synced: string) => void
}

const nothing: StoredDraft = { content: '', synced: null }

/** What is being written, on this device: one key per conversation, so that tabs do not write over each other's. */
export function createDraftStorage(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>): DraftStorage {
  const read = (key: string): StoredDraft => {
    const draft = draftSchema.safeParse(parseJson(storage.getItem(key)))
    return draft.success ? draft.data : nothing
  }
  const write = (key: string, draft: StoredDraft) => {
    // Nothing here and nothing there needs no entry.
    if (draft.content === '' && (draft.synced ?? '') === '') storage.removeItem(key)
    else storage.setItem(key, JSON.stringify(draft))
  }
  return {
    read,
    keepContent: (key, content) => write(key, { ...read(key), content }),
    keepSynced: (key, synced) => write(key, { ...read(key), synced }),
  }
}

export function draftKey(userId: string | null, conversationId: string | null): string {
  return `holdfast.draft.${userId ?? ''}.${conversationId ?? 'new'}`
}

/**
 * Which of the two texts to go on with: what was written here and not yet told the server, else what the server holds, which may
 * come from another device.
 */
export function chooseDraft(local: StoredDraft, onServer: string): string {
  const isTold = local.content === (local.synced ?? '')
  return isTold ? onServer : local.content
}

function parseJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null
  }
}
