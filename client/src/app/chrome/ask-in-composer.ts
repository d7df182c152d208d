import { useCallback, useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { createValueStore } from '../../lib/value-store.ts'
import { currentPath } from '../../lib/base-path.ts'
import { pathToConversationId, routes } from '../../lib/routes.ts'
import type { PendingText } from '../memory/pending-text.ts'
import { useShell } from './shell-context.tsx'

const asked = createValueStore<PendingText | null>(null)

/** Puts a question into the composer of the open conversation, or of a new one where there is none. */
export function useAskInComposer(): (question: string) => void {
  const [, navigate] = useLocation()
  const { closeSheet } = useShell().planner
  return useCallback(
    (content) => {
      closeSheet()
      if (currentPath() !== routes.start && pathToConversationId(currentPath()) === null) navigate(routes.start)
      asked.set({ content })
    },
    [closeSheet, navigate],
  )
}

/** The text to insert into this page's composer: from this page itself, or from a call of `askInComposer`. */
export function useInsertion(
  initial: () => PendingText | null = () => null,
): readonly [PendingText | null, (insertion: PendingText) => void] {
  const [insertion, setInsertion] = useState(() => asked.get() ?? initial())
  useEffect(() => {
    // A call from before this page was mounted is its first insertion.
    asked.set(null)
    return asked.subscribe(() => {
      const question = asked.get()
      if (question === null) return
      asked.set(null)
      setInsertion(question)
    })
  }, [])
  return [insertion, setInsertion]
}
