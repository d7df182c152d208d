import type { Conversation } from '@holdfast/shared'
import { createContext, useContext, useLayoutEffect, useMemo, useState, type ReactNode } from 'react'
import { useTitleMark } from './use-title-mark.ts'

interface TitleContextValue {
  readonly title: string | null
  readonly setTitle: (title: string | null) => void
  readonly onConversation: (conversation: Conversation) => void
}

const TitleContext = createContext<TitleContextValue>({
  title: null,
  setTitle: () => undefined,
  onConversation: () => undefined,
})

/** Holds the title of the open page, and shows it in the tab together with a mark for news in the background. */
export function TitleProvider({ children }: { readonly children: ReactNode }) {
  const [title, setTitle] = useState<string | null>(null)
  const { onConversation } = useTitleMark(title)
  const value = useMemo(() => ({ title, setTitle, onConversation }), [title, onConversation])
  return <TitleContext value={value}>{children}</TitleContext>
}

/** Names the open page for as long as the component is mounted. */
export function usePageTitle(title: string | null): void {
  const { setTitle } = useContext(TitleContext)
  useLayoutEffect(() => {
    setTitle(title)
    return () => setTitle(null)
  }, [title, setTitle])
}

/** The title of the open page; null when it has none, or not yet. */
export function useTitle(): string | null {
  return useContext(TitleContext).title
}

/** Must be called on every change of a conversation, for the mark in the tab. */
export function useTitleNews(): (conversation: Conversation) => void {
  return useContext(TitleContext).onConversation
}
