import type { Id } from '@holdfast/shared'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { ConversationStore } from '../conversation-store/conversation-store.ts'
import type { ConversationView } from '../conversation-store/conversation-view.ts'
import type { Place } from '../features/thread/index.ts'
import { readPlace, rememberPlace } from './place-memory.ts'

/** So much is loaded to get back to a place; who waits longer is better off at the end. */
const mostPages = 40
const longestMs = 5_000
const settledMs = 250

export interface KeptPlaceControl {
  /** `finding`: what was read last is being loaded. Null: the end. */
  readonly place: Place | 'finding' | null
  readonly onPlace: (place: Place | null) => void
}

/**
 * Where this device has last read in the conversation, once that is loaded; from then on it is remembered where the reader goes.
 * @param options.isElsewhere the address names another place, and that counts.
 */
export function useKeptPlace(
  conversationId: Id,
  view: ConversationView,
  store: ConversationStore,
  options: { readonly isElsewhere: boolean },
): KeptPlaceControl {
  const [kept] = useState(() => (options.isElsewhere ? null : readPlace(conversationId)))
  const [place, setPlace] = useState<Place | 'finding' | null>(kept && 'finding')
  const tries = useRef({ pages: 0, began: 0 })
  const { status, messages, earlier } = view
  const isHere = kept !== null && place === 'finding' && status === 'ready' && messages.some(({ id }) => id === kept.messageId)
  // Decided while it is rendered: the conversation appears in its place, not first at its end.
  if (isHere) setPlace(kept)

  useEffect(() => {
    if (place !== 'finding' || status !== 'ready' || isHere || earlier === 'loading') return
    const tried = tries.current
    tried.began ||= Date.now()
    tried.pages += 1
    if (earlier !== 'available' || tried.pages > mostPages || Date.now() - tried.began > longestMs) setPlace(null)
    else void store.loadEarlier()
  }, [place, status, isHere, earlier, store])

  const latest = useRef<Place | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const onPlace = useCallback(
    (next: Place | null) => {
      if (next === latest.current) return
      latest.current = next
      clearTimeout(timer.current)
      timer.current = setTimeout(() => {
        timer.current = undefined
        rememberPlace(conversationId, latest.current)
      }, settledMs)
    },
    [conversationId],
  )
  useEffect(() => {
    const keep = () => {
      if (timer.current === undefined) return
      clearTimeout(timer.current)
      timer.current = undefined
      rememberPlace(conversationId, latest.current)
    }
    window.addEventListener('pagehide', keep)
    return () => {
      window.removeEventListener('pagehide', keep)
      keep()
    }
  }, [conversationId])
  return { place, onPlace }
}
