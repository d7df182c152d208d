import type { Conversation } from '@holdfast/shared'
import { useCallback, useEffect, useRef } from 'react'

/**
 * The title of the tab, and a mark in it when an answer has ended where nobody was looking: in another conversation, or while the
 * page was in the background. It goes when the page is looked at.
 */
export function useTitleMark(title: string | null): { readonly onConversation: (conversation: Conversation) => void } {
  const isMarked = useRef(false)
  const running = useRef(new Set<string>())
  const show = useCallback(() => {
    const name = title ? `${title} · Holdfast` : 'Holdfast'
    document.title = isMarked.current ? `● ${name}` : name
    document.querySelector('link[rel="icon"]')?.setAttribute('href', isMarked.current ? '/favicon-done.svg' : '/favicon.svg')
  }, [title])
  useEffect(show, [show])
  useEffect(() => {
    const onVisible = () => {
      if (document.hidden) return
      isMarked.current = false
      show()
    }
    document.addEventListener('visibilitychange', onVisible)
    window.addEventListener('focus', onVisible)
    return () => {
      document.removeEventListener('visibilitychange', onVisible)
      window.removeEventListener('focus', onVisible)
    }
  }, [show])
  return {
    onConversation: useCallback(
      (conversation) => {
        const wasRunning = running.current.has(conversation.id)
        if (conversation.hasActiveGeneration && conversation.state !== 'waiting') running.current.add(conversation.id)
        else running.current.delete(conversation.id)
        if (!wasRunning || running.current.has(conversation.id) || !document.hidden) return
        isMarked.current = true
        show()
      },
      [show],
    ),
  }
}
