import { codePointLength, maxDraftLength, type Id } from '@holdfast/shared'
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react'
import { chooseDraft, draftKey } from '../../drafts/draft-storage.ts'
import { createDraftWriter } from '../../drafts/draft-writer.ts'
import { localDrafts } from '../../drafts/local-drafts.ts'
import { useClient } from '../../react/client-context.tsx'

export interface Draft {
  readonly content: string
  /** `isKept`: keeps it immediately, without waiting for a pause. */
  readonly setContent: (content: string, options?: { readonly isKept?: boolean }) => void
}

const localDelayMs = 200
const serverDelayMs = 500
const touchEveryMs = 12 * 60 * 60_000
/** Outlives the field: the write that empties a sent draft follows an older one that is still on its way. */
const writer = createDraftWriter()

/**
 * The draft of a conversation. Every pause in typing keeps it on this device, and on the server soon after, so that it survives a
 * reload and is there on the next device. The arguments stay the same for as long as the component is mounted.
 * @param isOnServer the server knows the conversation, or it is the one that does not exist yet (null).
 */
export function useDraft(userId: string | null, conversationId: Id | null, isOnServer: boolean): Draft {
  const { trpc } = useClient()
  const storage = localDrafts()
  // A draft belongs to the user who began it, also in the moment in which another one signs in.
  const [owner, setOwner] = useState(userId)
  if (owner === null && userId !== null) setOwner(userId)
  const isOwner = owner === userId
  const key = draftKey(owner, conversationId)
  const [content, setState] = useState(() => storage.read(key).content)
  const latest = useRef(content)
  const hasTyped = useRef(false)
  const isStored = useRef(true)

  const keepHere = useCallback(() => {
    isStored.current = true
    storage.keepContent(key, latest.current)
  }, [storage, key])
  const keepThere = useCallback(() => {
    const text = latest.current
    const isKnown = writer.isKnown(key, text, storage.read(key).synced ?? '')
    if (!isOwner || !isOnServer || isKnown || codePointLength(text) > maxDraftLength) return
    writer.write(key, text, async (saved) => {
      await trpc.drafts.set.mutate({ conversationId, content: saved })
      storage.keepSynced(key, saved)
    })
  }, [trpc, conversationId, isOwner, isOnServer, storage, key])

  useEffect(() => {
    if (!isOwner || !isOnServer) return
    let isCurrent = true
    const wasWriting = writer.isWriting(key)
    trpc.drafts.get.query({ conversationId }).then(
      (draft) => {
        // A read that overlapped with a write may have returned an older draft.
        if (!isCurrent || hasTyped.current || wasWriting || writer.isWriting(key)) return
        latest.current = chooseDraft(storage.read(key), draft.content)
        setState(latest.current)
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
  }, [trpc, storage, key, conversationId, isOwner, isOnServer, keepHere, keepThere])

  useEffect(() => {
    if (!hasTyped.current) return
    const local = setTimeout(keepHere, localDelayMs)
    const server = setTimeout(keepThere, serverDelayMs)
    return () => {
      clearTimeout(local)
      clearTimeout(server)
    }
  }, [content, keepHere, keepThere])

  const keepNow = useEffectEvent(() => {
    if (!hasTyped.current) return
    // What was kept and is there no more was forgotten, because its user has signed out, or replaced by another tab.
    if (isStored.current && storage.read(key).content !== latest.current) return
    keepHere()
    keepThere()
  })
  // A page or a conversation that is left does not wait for the pause.
  useEffect(() => {
    const keep = () => keepNow()
    const keepAll = () => {
      keepNow()
      writer.flush(key)
    }
    window.addEventListener('pagehide', keepAll)
    document.addEventListener('visibilitychange', keep)
    return () => {
      keep()
      window.removeEventListener('pagehide', keepAll)
      document.removeEventListener('visibilitychange', keep)
    }
  }, [key])

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
        hasTyped.current = true
        isStored.current = false
        latest.current = next
        setState(next)
        // An emptied field was sent or discarded: it must not come back with a reload.
        if (!isKept) return
        keepHere()
        keepThere()
      },
      [keepHere, keepThere],
    ),
  }
}
