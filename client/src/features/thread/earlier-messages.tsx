import { useEffect } from 'react'
import type { ConversationView } from '../../sdk/conversation-store/conversation-view.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import type { ThreadVirtualizer } from './list/use-thread-virtualizer.ts'

/** Distance from the first loaded message, in screens, at which the next page is requested, so that scrolling up never stalls. */
const screensAhead = 2

/** A note above the first message: whether there are earlier messages, and the state of loading them. It takes no space. */
export function EarlierMessages({ state, onLoad }: { readonly state: ConversationView['earlier']; readonly onLoad: () => void }) {
  const text = useText()
  if (state === 'none') return null
  return (
    <div className="absolute inset-x-0 top-0 flex h-11 items-center justify-center text-sm text-faint" data-chrome="">
      {state === 'loading' && <span role="status">{text('thread.earlier.loading')}</span>}
      {state !== 'loading' && (
        <Button tone="quiet" size="small" onClick={onLoad} data-testid="load-earlier">
          {text(state === 'failed' ? 'thread.earlier.failed' : 'thread.earlier')}
        </Button>
      )}
    </div>
  )
}

/** Requests the page above when the reader comes near to it. */
export function useEarlierPages(virtualizer: ThreadVirtualizer, state: ConversationView['earlier'], onLoad: () => void): void {
  const isNear = (virtualizer.scrollOffset ?? 0) < screensAhead * (virtualizer.scrollRect?.height ?? 0)
  useEffect(() => {
    if (isNear && state === 'available') onLoad()
  }, [isNear, state, onLoad])
}
