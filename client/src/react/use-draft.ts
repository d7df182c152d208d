import { codePointLength, maxDraftLength, type Id } from '@holdfast/shared'
import { useCallback, useEffect, useRef, useState } from 'react'
import { chooseDraft, draftKey } from '../drafts/draft-storage.ts'
import { createDraftWriter } from '../drafts/draft-writer.ts'
import { localDrafts } from '../drafts/local-drafts.ts'
import { useClient } from './client-context.tsx'

export interface Draft {
  readonly content: string
  /** `isKept`: keeps it immediately, without waiting for a pause. */
  readonly setContent: (content: string, options?: { readonly isKept?: boolean }) => void
}

const localDelayMs = 200
const serverDelayMs = 500
const touchEveryMs = 12 * 60 * 60_000

interface Typed {
  readonly content: string
  readonly hasTyped: boolean
  /** The content is on this device. */
  readonly isStored: boolean
}

/** What is typed into the field of one conversation. Callbacks and effects of that conversation keep it after the field has moved on. */
interface TypedText {
  readonly conversationId: Id | null
  readonly get: () => Typed
  readonly set: (change: Partial<Typed>) => void
}

function createTypedText(conversationId: Id | null, content: string): TypedText {
  let typed: Typed = { content, hasTyped: false, isStored: true }
  return {
    conversationId,
    get: () => typed,
    set: (change) => {
      typed = { ...typed, ...change }
    },
  }
}

/** Outlives the field: the write that empties a sent draft follows an older one that is still on its way. */
const writer = createDraftWriter()

/**
 * The draft of a conversation. Every pause in typing keeps it on this device, and on the server soon after, so that it survives a
 * reload and is there on the next device. With another conversation the field shows that one's draft.
 * @param isOnServer the server knows the conversation, or it is the one that does not exist yet (null).
 */
export function useDraft(userId: string | null, conversationId: Id | null, isOnServer: boolean): Draft {
  const { trpc, storage: device } = useClient()
  const storage = localDrafts(device)
  // A draft belongs to the user who began it, also in the moment in which another one signs in.
  const [owner, setOwner] = useState(userId)
  if (owner === null && userId !== null) setOwner(userId)
  const isOwner = owner === userId
  const key = draftKey(owner, conversationId)
  const [content, setState] = useState(() => storage.read(key).content)
  const [typed, setTyped] = useState(() => createTypedText(conversationId, content))
  if (typed.conversationId !== conversationId) {
    const stored = storage.read(key).content
    setState(stored)
    setTyped(createTypedText(conversationId, stored))
  }

  const keepHere = useCallback(() => {
    typed.set({ isStored: true })
    storage.keepContent(key, typed.get().content)
  }, [storage, key, typed])
  const keepThere = useCallback(() => {
    const text = typed.get().content
    const isKnown = writer.isKnown(key, text, storage.read(key).synced ?? '')
    if (!isOwner || !isOnServer || isKnown || codePointLength(text) > maxDraftLength) return
    writer.write(key, text, async (saved) => {
      await trpc.drafts.set.mutate({ conversationId, content: saved })
      storage.keepSynced(key, saved)
    })
  }, [trpc, conversationId, isOwner, isOnServer, storage, key, typed])

  useEffect(() => {
    if (!isOwner || !isOnServer) return
    let isCurrent = true
    const wasWriting = writer.isWriting(key)
    trpc.drafts.get.query({ conversationId }).then(
      (draft) => {
        // A read that overlapped with a write may have returned an older draft.
        if (!isCurrent || typed.get().hasTyped || wasWriting || writer.isWriting(key)) return
        const chosen = chooseDraft(storage.read(key), draft.content)
        typed.set({ content: chosen })
        setState(chosen)
        storage.keepSynced(key, draft.content)
        writer.confirm(key)
        keepHere()
        keepThere()
      },
      // Without the server the device's text is shown.
      () => undefined,
    )
    return () => {
      isCurrent = false
    }
  }, [trpc, storage, key, conversationId, isOwner, isOnServer, typed, keepHere, keepThere])

  useEffect(() => {
    if (!typed.get().hasTyped) return
    const local = setTimeout(keepHere, localDelayMs)
    const server = setTimeout(keepThere, serverDelayMs)
    return () => {
      clearTimeout(local)
      clearTimeout(server)
    }
  }, [content, typed, keepHere, keepThere])

  const keepNow = useCallback(() => {
    const { content: latest, hasTyped, isStored } = typed.get()
    if (!hasTyped) return
    // What was kept and is there no more was forgotten, because its user has signed out, or replaced by another tab.
    if (isStored && storage.read(key).content !== latest) return
    keepHere()
    keepThere()
  }, [storage, key, typed, keepHere, keepThere])
  // An effect event would need React 19.2, and the package takes React 18.
  const latest = useRef({ key, keepNow })
  useEffect(() => {
    latest.current = { key, keepNow }
  }, [key, keepNow])
  // A page or a conversation that is left does not wait for the pause.
  useEffect(() => {
    const keep = () => latest.current.keepNow()
    if (typeof document === 'undefined') return keep
    const keepAll = () => {
      keep()
      writer.flush(latest.current.key)
    }
    window.addEventListener('pagehide', keepAll)
    document.addEventListener('visibilitychange', keep)
    return () => {
      keep()
      window.removeEventListener('pagehide', keepAll)
      document.removeEventListener('visibilitychange', keep)
    }
    // Of another conversation, `latest` still holds the one that is left while this cleans up.
  }, [typed])

  // An open draft does not expire.
  useEffect(() => {
    storage.touch(key)
    const timer = setInterval(() => storage.touch(key), touchEveryMs)
    return () => clearInterval(timer)
  }, [storage, key])

  return {
    content,
    setContent: useCallback(
      (next, { isKept = next === '' } = {}) => {
        typed.set({ content: next, hasTyped: true, isStored: false })
        setState(next)
        // An emptied field was sent or discarded: it must not come back with a reload.
        if (!isKept) return
        keepHere()
        keepThere()
      },
      [typed, keepHere, keepThere],
    ),
  }
}
