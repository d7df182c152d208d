import type { Id } from '@holdfast/shared'
import { useEffect, useRef, useState } from 'react'
import { useSearch } from 'wouter'
import { markWords, unmarkWords } from './mark-words.ts'

/**
 * Marks the words that the address names with `&words=` in the message that it names, until Escape or another page. Gives the words, for
 * whoever brings them into sight.
 */
export function useMarkedWords(markedId: Id | null): string | null {
  const asked = new URLSearchParams(useSearch()).get('words')
  const latest = useRef<string | null>(null)
  // The address forgets them together with the message, before that one is shown.
  if (asked !== null) latest.current = asked
  const [shown, setShown] = useState<{ readonly id: Id; readonly words: string } | null>(null)
  useEffect(() => {
    if (markedId === null || latest.current === null) return
    setShown({ id: markedId, words: latest.current })
    latest.current = null
  }, [markedId])
  useEffect(() => {
    if (!shown) return
    const selector = `[data-message-id="${CSS.escape(shown.id)}"] [data-testid=message-content]`
    let frame = 0
    const mark = () => markWords(document.querySelectorAll(selector), shown.words)
    mark()
    // Markdown comes a moment after its text, and a row that was scrolled away is made again.
    const observer = new MutationObserver(() => {
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(mark)
    })
    const thread = document.querySelector('[data-testid=thread]')
    if (thread) observer.observe(thread, { childList: true, subtree: true })
    const onKeyDown = (event: KeyboardEvent) => event.key === 'Escape' && setShown(null)
    window.addEventListener('keydown', onKeyDown)
    return () => {
      cancelAnimationFrame(frame)
      observer.disconnect()
      window.removeEventListener('keydown', onKeyDown)
      unmarkWords()
    }
  }, [shown])
  return latest.current ?? (shown?.id === markedId ? shown.words : null)
}
