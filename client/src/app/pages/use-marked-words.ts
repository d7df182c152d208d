import type { Id } from '@holdfast/shared'
import { useEffect, useState } from 'react'
import { useSearch } from 'wouter'
import { loadUntilThere } from '../../lib/load-until-there.ts'
import { isComposing } from '../../lib/is-composing.ts'
import type * as Marker from './mark-words.ts'

/** The words to mark in a message, from the address. */
interface Asked {
  readonly messageId: Id
  readonly words: string
}

/**
 * Marks the words that the address names with `&words=` in the message that it names, until Escape or another page. Returns the words
 * that belong to the marked message.
 */
export function useMarkedWords(markedId: Id | null): string | null {
  const search = useSearch()
  const [seenSearch, setSeenSearch] = useState<string | null>(null)
  // The address forgets them together with the message, about when that one is shown.
  const [asked, setAsked] = useState<Asked | null>(null)
  const [shown, setShown] = useState<Asked | null>(null)
  const [closed, setClosed] = useState<Asked | null>(null)
  if (search !== seenSearch) {
    setSeenSearch(search)
    const parameters = new URLSearchParams(search)
    const [messageId, words] = [parameters.get('message'), parameters.get('words')]
    if (messageId !== null) setAsked(words === null ? null : { messageId, words })
  }
  if (asked && asked.messageId === markedId && asked !== closed && asked !== shown) setShown(asked)
  useEffect(() => {
    if (!shown) return
    const selector = `[data-message-id="${CSS.escape(shown.messageId)}"] [data-part=message-content]`
    let frame = 0
    let marker: typeof Marker | null = null
    const mark = () => marker?.markWords(document.querySelectorAll(selector), shown.words)
    const over = new AbortController()
    loadUntilThere(() => import('./mark-words.ts'), over.signal).then(
      (loaded) => {
        if (over.signal.aborted) return
        marker = loaded
        mark()
      },
      // The code could not be loaded while the words were asked for.
      () => undefined,
    )
    // Markdown is rendered a moment after its text, and a row that was scrolled away is mounted again.
    const observer = new MutationObserver(() => {
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(mark)
    })
    const thread = document.querySelector('[data-part=thread]')
    if (thread) observer.observe(thread, { childList: true, subtree: true })
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || isComposing(event)) return
      setClosed(shown)
      setShown(null)
    }
    window.addEventListener('keydown', onKeyDown)
    return () => {
      over.abort()
      cancelAnimationFrame(frame)
      observer.disconnect()
      window.removeEventListener('keydown', onKeyDown)
      marker?.unmarkWords()
    }
  }, [shown])
  return asked?.messageId === markedId ? asked.words : null
}
