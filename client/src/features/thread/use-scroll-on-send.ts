import type { Id } from '@holdfast/shared'
import { useLayoutEffect, useRef } from 'react'
import type { ConversationView } from '../../sdk/conversation-store/conversation-view.ts'
import { afterSend } from '../../preferences/preferences.ts'
import type { ThreadScroller } from './list/thread-scroller.ts'

/** Shows a message that was just sent, wherever the reader was: at the end, which is followed, or pinned to the top of the view. */
export function useScrollOnSend({ deliveries }: ConversationView, scroller: ThreadScroller): void {
  const newest = Object.entries(deliveries).reduce<readonly [Id, string] | null>(
    (latest, [messageId, { requestId }]) => (latest && latest[1] > requestId ? latest : [messageId, requestId]),
    null,
  )
  const [messageId, requestId] = newest ?? []
  const seenRef = useRef(requestId)
  useLayoutEffect(() => {
    if (messageId === undefined || requestId === undefined || requestId === seenRef.current) return
    seenRef.current = requestId
    if (afterSend.get() === 'stay') scroller.pinRow(messageId)
    else scroller.jumpToEnd()
  }, [messageId, requestId, scroller])
}
