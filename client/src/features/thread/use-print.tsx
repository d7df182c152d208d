import { useEffect, useState, type ReactNode } from 'react'
import { createPortal, flushSync } from 'react-dom'
import type { ConversationView } from '../../sdk/conversation-store/conversation-view.ts'
import { PrintedThread } from './printed-thread.tsx'

/** The browser prints: all that is loaded is there for it, beside the page and not in it, and gone when it has been printed. */
export function usePrint({ conversation, messages, earlier }: ConversationView): ReactNode {
  const [isPrinting, setPrinting] = useState(false)
  useEffect(() => {
    // The content must be rendered when this function returns.
    const begin = () => flushSync(() => setPrinting(true))
    const end = () => setPrinting(false)
    const media = window.matchMedia('print')
    const onMedia = ({ matches }: MediaQueryListEvent) => (matches ? begin() : end())
    window.addEventListener('beforeprint', begin)
    window.addEventListener('afterprint', end)
    media.addEventListener('change', onMedia)
    return () => {
      window.removeEventListener('beforeprint', begin)
      window.removeEventListener('afterprint', end)
      media.removeEventListener('change', onMedia)
    }
  }, [])
  if (!isPrinting) return null
  return createPortal(
    <div className="printed">
      <PrintedThread title={conversation?.title ?? ''} messages={messages} isPartial={earlier !== 'none'} />
    </div>,
    document.body,
  )
}
