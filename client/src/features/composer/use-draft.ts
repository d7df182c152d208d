import { codePointLength, maxDraftLength, type Id } from '@holdfast/shared'
import { useCallback, useEffect, useRef, useState } from 'react'
import { chooseDraft, draftKey } from '../../drafts/draft-storage.ts'
import { draftsHere } from '../../drafts/drafts-here.ts'
import { useClient } from '../../transport/client-context.tsx'

export interface Draft {
  readonly content: string
  /** `isKept`: it is kept at once, without waiting for a pause. */
  readonly setContent: (content: string, options?: { readonly isKept?: boolean }) => void
}

const localDelayMs = 200
const serverDelayMs = 500
const touchEveryMs = 12 * 60 * 60_000

/**
 * The text that is being written to a conversation. It is kept on this device with every pause, and on the server soon after, so
 * that it survives a reload and is there on the next device. The arguments stay the same for as long as the component is mounted.
 * @param isOnServer the server knows the conversation, or it is the one that does not exist yet (null).
 */
export function useDraft(userId: string | null, conversationId: Id | null, isOnServer: boolean): Draft {
  const { trpc } = useClient()
  const storage = draftsHere()
  // What is written belongs to who was here when it was begun, also in the moment in which somebody else signs in.
  const owner = useRef(userId)
  owner.current ??= userId
  const isOwner = owner.current === userId
  const key = draftKey(owner.current, conversationId)
  const [content, setState] = useState(() => storage.read(key).content)
  const latest = useRef(content)
  const hasTyped = useRef(false)

  const keepHere = useCallback(() => storage.keepContent(key, latest.current), [storage, key])
  const keepThere = useCallback(() => {
    const text = latest.current
    const isKnown = text === (storage.read(key).synced ?? '')
    if (!isOwner || !isOnServer || isKnown || codePointLength(text) > maxDraftLength) return
    trpc.drafts.set.mutate({ conversationId, content: text }).then(
      () => storage.keepSynced(key, text),
      // It is safe here and goes to the server with the next pause.
      () => undefined,
    )
  }, [trpc, conversationId, isOwner, isOnServer, storage, key])

  useEffect(() => {
    if (!isOwner || !isOnServer) return
    let isCurrent = true
    trpc.drafts.get.query({ conversationId }).then(
      (draft) => {
        if (!isCurrent || hasTyped.current) return
        latest.current = chooseDraft(storage.read(key), draft.content)
        setState(latest.current)
        storage.keepSynced(key, draft.content)
        keepHere()
        keepThere()
      },
      // Without the server the device's own text is what there is.
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

  const keepNow = useRef(() => {})
  keepNow.current = () => {
    if (!hasTyped.current) return
    keepHere()
    keepThere()
  }
  // A page that goes away, or a conversation that is left, does not wait for the pause.
  useEffect(() => {
    const keep = () => keepNow.current()
    window.addEventListener('pagehide', keep)
    document.addEventListener('visibilitychange', keep)
    return () => {
      keep()
      window.removeEventListener('pagehide', keep)
      document.removeEventListener('visibilitychange', keep)
    }
  }, [])

  // What is open does not expire, however long it is.
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
        latest.current = next
        setState(next)
        // An emptied field was sent or thrown away: it must not come back with a reload.
        if (!isKept) return
        keepHere()
        keepThere()
      },
      [keepHere, keepThere],
    ),
  }
}
