import type { Id } from '@holdfast/shared'
import { useEffect, useRef, useState } from 'react'
import { useLocation, useSearch } from 'wouter'
import type { ConversationStore } from '../conversation-store/conversation-store.ts'
import type { ConversationView } from '../conversation-store/conversation-view.ts'
import { useText } from '../i18n/use-text.ts'
import { useToast } from '../ui/toasts.tsx'

const shownMs = 3_000

/**
 * The message that the address names with `?message=`, once it is in what is shown: its branch is opened and its page loaded. The
 * address forgets it then, so that coming back to it works again.
 */
export function useMarkedMessage(view: ConversationView, store: ConversationStore): Id | null {
  const text = useText()
  const toast = useToast()
  const [path, navigate] = useLocation()
  const wanted = new URLSearchParams(useSearch()).get('message')
  const [marked, setMarked] = useState<Id | null>(null)
  const [triedBranch, setTriedBranch] = useState<Id | null>(null)
  const asking = useRef<Id | null>(null)
  const { status, messages, earlier } = view

  useEffect(() => {
    if (wanted === null || status !== 'ready') return
    const forget = () => navigate(path, { replace: true })
    if (messages.some(({ id }) => id === wanted)) {
      asking.current = null
      setMarked(wanted)
      return forget()
    }
    if (asking.current !== wanted) {
      asking.current = wanted
      // What it could not open is told by what is missing then.
      void store
        .selectBranch(wanted)
        .catch(() => undefined)
        .then(() => setTriedBranch(wanted))
      return
    }
    if (triedBranch !== wanted || earlier === 'loading') return
    if (earlier === 'available') return void store.loadEarlier()
    asking.current = null
    setTriedBranch(null)
    toast({ text: text('message.missing') })
    forget()
  }, [wanted, status, messages, earlier, triedBranch, store, path, navigate, toast, text])

  useEffect(() => {
    if (marked === null) return
    const timer = setTimeout(() => setMarked(null), shownMs)
    return () => clearTimeout(timer)
  }, [marked])
  return marked
}
