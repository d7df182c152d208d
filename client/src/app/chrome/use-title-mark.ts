import type { Conversation } from '@holdfast/shared'
import { useCallback, useEffect, useRef } from 'react'
import { toFullPath } from '../../lib/base-path.ts'
import { useText } from '../../i18n/use-text.ts'

/** The event that the title reports from the background. A question to the user outranks a finished answer. */
type TitleMark = 'none' | 'done' | 'waiting'

const icons: Record<TitleMark, string> = {
  none: '/favicon.svg',
  done: '/favicon-done.svg',
  waiting: '/favicon-waiting.svg',
}

/**
 * Sets the title of the tab, with a mark in title and icon when an answer of any conversation has ended or asks something while the page
 * was in the background. The mark goes when the page is visible again.
 */
export function useTitleMark(title: string | null): { readonly onConversation: (conversation: Conversation) => void } {
  const text = useText()
  const mark = useRef<TitleMark>('none')
  const running = useRef(new Set<string>())
  const show = useCallback(() => {
    const name = title ? `${title} · Holdfast` : 'Holdfast'
    const words = { none: name, done: `● ${name}`, waiting: `● ${text('conversation.waiting.title')} · ${name}` }
    document.title = words[mark.current]
    document.querySelector('link[rel="icon"]')?.setAttribute('href', toFullPath(icons[mark.current]))
  }, [title, text])
  useEffect(show, [show])
  useEffect(() => {
    const onVisible = () => {
      if (document.hidden) return
      mark.current = 'none'
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
      ({ id, hasActiveGeneration, state }) => {
        const wasRunning = running.current.has(id)
        const isWaiting = state === 'waiting'
        if (hasActiveGeneration && !isWaiting) running.current.add(id)
        else running.current.delete(id)
        if (!wasRunning || running.current.has(id) || !document.hidden) return
        if (mark.current !== 'waiting') mark.current = isWaiting ? 'waiting' : 'done'
        show()
      },
      [show],
    ),
  }
}
