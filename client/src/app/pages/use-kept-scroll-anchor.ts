import type { Id } from '@holdfast/shared'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { ConversationStore } from '../../sdk/conversation-store/conversation-store.ts'
import type { ConversationView } from '../../sdk/conversation-store/conversation-view.ts'
import type { ScrollAnchor } from '../../features/thread/index.ts'
import { readAnchor, rememberAnchor } from '../memory/scroll-anchor-memory.ts'

/** Limits on the pages loaded to get back to where the reader was. Beyond them the conversation opens at its end. */
const mostPages = 40
const longestMs = 5_000
const settledMs = 250

export interface KeptScrollAnchor {
  /** `finding`: what was read last is being loaded. Null: the end. */
  readonly anchor: ScrollAnchor | 'finding' | null
  readonly onAnchor: (anchor: ScrollAnchor | null) => void
}

/**
 * The last reading position of this device, once the conversation is loaded there; from then on the reader's position is stored.
 * @param options.isElsewhere the address names another message, which takes precedence.
 */
export function useKeptScrollAnchor(
  conversationId: Id,
  view: ConversationView,
  store: ConversationStore,
  options: { readonly isElsewhere: boolean },
): KeptScrollAnchor {
  const [kept] = useState(() => (options.isElsewhere ? null : readAnchor(conversationId)))
  const [anchor, setAnchor] = useState<ScrollAnchor | 'finding' | null>(kept && 'finding')
  const tries = useRef({ pages: 0, began: 0 })
  const { status, messages, earlier } = view
  const isHere = kept !== null && anchor === 'finding' && status === 'ready' && messages.some(({ id }) => id === kept.messageId)
  // This is decided during rendering, so that the conversation appears at the reading position, never first at its end.
  if (isHere) setAnchor(kept)

  useEffect(() => {
    if (anchor !== 'finding' || status !== 'ready' || isHere || earlier === 'loading') return
    const tried = tries.current
    tried.began ||= Date.now()
    tried.pages += 1
    if (earlier !== 'available' || tried.pages > mostPages || Date.now() - tried.began > longestMs) setAnchor(null)
    else void store.loadEarlier()
  }, [anchor, status, isHere, earlier, store])

  const latest = useRef<ScrollAnchor | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const onAnchor = useCallback(
    (next: ScrollAnchor | null) => {
      if (next === latest.current) return
      latest.current = next
      clearTimeout(timer.current)
      timer.current = setTimeout(() => {
        timer.current = undefined
        rememberAnchor(conversationId, latest.current)
      }, settledMs)
    },
    [conversationId],
  )
  useEffect(() => {
    const keep = () => {
      if (timer.current === undefined) return
      clearTimeout(timer.current)
      timer.current = undefined
      rememberAnchor(conversationId, latest.current)
    }
    window.addEventListener('pagehide', keep)
    return () => {
      window.removeEventListener('pagehide', keep)
      keep()
    }
  }, [conversationId])
  return { anchor, onAnchor }
}
