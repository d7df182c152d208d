/** Writes one draft to the server. Rejects when the server has not confirmed it. */
export type SaveDraft = (content: string) => Promise<void>

/**
 * Drafts on their way to the server. Each has one write at a time, so that an older text never arrives after a newer one. A write that
 * failed may have arrived all the same: until one succeeds, or the server is asked, what it holds is not known.
 */
export interface DraftWriter {
  /** Saves the content after the write that is on its way, if there is one. */
  readonly write: (key: string, content: string, save: SaveDraft) => void
  /** Whether the server will hold the content when everything has arrived. `synced`: what it was last known to hold. */
  readonly isKnown: (key: string, content: string, synced: string) => boolean
  /** The server has said what it holds. */
  readonly confirm: (key: string) => void
  readonly isWriting: (key: string) => boolean
  /** Sends queued drafts now, because the page is being closed. */
  readonly flush: (key: string) => void
}

interface Writing {
  readonly content: string
  next: { readonly content: string; readonly save: SaveDraft } | null
}

export function createDraftWriter(): DraftWriter {
  const writing = new Map<string, Writing>()
  /** Drafts of which this page knows what the server holds. An earlier page may have saved more than it was told. */
  const confirmed = new Set<string>()
  const start = (key: string, content: string, save: SaveDraft) => {
    const current: Writing = { content, next: null }
    writing.set(key, current)
    const end = (isConfirmed: boolean) => {
      writing.delete(key)
      if (isConfirmed) confirmed.add(key)
      else confirmed.delete(key)
      // A failed save is retried after the next pause in typing.
      if (current.next && current.next.content !== content) start(key, current.next.content, current.next.save)
    }
    save(content).then(
      () => end(true),
      () => end(false),
    )
  }
  return {
    write: (key, content, save) => {
      const current = writing.get(key)
      if (current) current.next = { content, save }
      else start(key, content, save)
    },
    isKnown: (key, content, synced) => {
      const current = writing.get(key)
      if (current) return content === (current.next ?? current).content
      return confirmed.has(key) && content === synced
    },
    confirm: (key) => void confirmed.add(key),
    isWriting: (key) => writing.has(key),
    flush: (key) => {
      const next = writing.get(key)?.next
      next?.save(next.content).catch(() => undefined)
    },
  }
}
