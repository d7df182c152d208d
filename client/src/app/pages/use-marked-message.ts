import type { Id } from '@holdfast/shared'
import { useEffect, useRef, useState } from 'react'
import { useLocation, useSearch } from 'wouter'
import type { ConversationStore } from '../../sdk/conversation-store/conversation-store.ts'
import type { ConversationView } from '../../sdk/conversation-store/conversation-view.ts'
import { useText } from '../../i18n/use-text.ts'
import { useToast } from '../../ui/toasts.tsx'

const shownMs = 3_000

interface BranchTry {
  readonly messageId: Id
}

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
  const [triedBranch, setTriedBranch] = useState<BranchTry | null>(null)
  const branchTry = useRef<BranchTry | null>(null)
  const { status, messages, earlier } = view
  const isHere = wanted !== null && status === 'ready' && messages.some(({ id }) => id === wanted)
  if (isHere && marked !== wanted) setMarked(wanted)

  useEffect(() => {
    if (wanted === null || status !== 'ready') return
    const forget = () => {
      branchTry.current = null
      navigate(path, { replace: true })
    }
    if (isHere) return forget()
    if (branchTry.current?.messageId !== wanted) {
      const started = { messageId: wanted }
      branchTry.current = started
      // If the branch cannot be opened, the message stays missing, which is reported below.
      void store
        .selectBranch(wanted)
        .catch(() => undefined)
        .then(() => setTriedBranch(started))
      return
    }
    if (triedBranch !== branchTry.current || earlier === 'loading') return
    if (earlier === 'available') return void store.loadEarlier()
    toast({ text: text('message.missing') })
    forget()
  }, [wanted, isHere, status, messages, earlier, triedBranch, store, path, navigate, toast, text])

  useEffect(() => {
    if (marked === null) return
    const timer = setTimeout(() => setMarked(null), shownMs)
    return () => clearTimeout(timer)
  }, [marked])
  return marked
}
