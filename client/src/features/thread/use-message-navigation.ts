import type { Id, Message } from '@holdfast/shared'
import { useEffect, useEffectEvent, type RefObject } from 'react'
import { useShortcuts } from '../../shortcuts/use-shortcuts.ts'
import { isTextField } from './list/use-reader-intents.ts'
import type { ThreadScroll } from './list/use-thread-scroll.ts'
import type { ThreadRow, ThreadRows } from './model/thread-rows.ts'

export interface MessageNavigationOptions {
  readonly rows: ThreadRows
  readonly messages: readonly Message[]
  readonly scroll: ThreadScroll
  readonly scrollerRef: RefObject<HTMLElement | null>
  readonly focusMessage: (messageId: Id) => void
}

type Destination = 'previous' | 'next' | 'first' | 'last'

/**
 * Moves the focus from message to message by the keyboard: by shortcuts from anywhere in the page, and by Home and End while the focus
 * is in the thread.
 */
export function useMessageNavigation(options: MessageNavigationOptions): void {
  const { rows, messages, scrollerRef, focusMessage } = options
  const { scroller, virtualizer, isFollowing } = options.scroll
  const firstId = rows.rows.find(({ kind }) => kind === 'message')?.key

  const findDestination = (where: Destination): Id | undefined => {
    if (where === 'first') return firstId
    if (where === 'last') return messages.findLast(({ id }) => rows.rowByKey.has(id))?.id
    const focused = document.activeElement?.closest<HTMLElement>('[data-message-id]')?.dataset['messageId']
    const list = rows.rows
    const step = where === 'next' ? 1 : -1
    // Without a focused message the search starts at what is in sight, or at the last message.
    const inSight = isFollowing ? list.length : (virtualizer.range?.startIndex ?? 0) - step
    let row = (focused === undefined ? inSight : (rows.rowByKey.get(focused) ?? inSight)) + step
    while (row in list && !isBeginning(list[row])) row += step
    return list[row]?.key
  }
  const goTo = (where: Destination) => {
    const key = findDestination(where)
    if (key === undefined) return
    focusMessage(key)
    if (where === 'first') scroller.jumpToStart()
    else if (where === 'last' || (key === messages.at(-1)?.id && isFollowing)) scroller.jumpToEnd()
    else scroller.showRow(key)
  }

  useShortcuts({
    previousMessage: () => (isWriting() ? false : goTo('previous')),
    nextMessage: () => (isWriting() ? false : goTo('next')),
  })
  useHomeAndEnd(scrollerRef, goTo)
  // While the start is shown, an earlier page brings another first message.
  useEffect(() => {
    if (firstId !== undefined && scroller.isAtStart()) focusMessage(firstId)
  }, [firstId, scroller, focusMessage])
}

function useHomeAndEnd(scrollerRef: RefObject<HTMLElement | null>, goTo: (where: 'first' | 'last') => void): void {
  const onKey = useEffectEvent(goTo)
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { key, target } = event
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || isTextField(target))
        return
      if ((key !== 'Home' && key !== 'End') || !(target instanceof Node) || !scrollerRef.current?.contains(target)) return
      event.preventDefault()
      onKey(key === 'Home' ? 'first' : 'last')
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [scrollerRef])
}

/** Where a message begins: neither a day nor a later segment of a long message. */
function isBeginning(row: ThreadRow | undefined): boolean {
  return row?.kind === 'message' && row.segment === 0
}

/** In a field with text, keys with Alt move the caret. */
function isWriting(): boolean {
  const field = document.activeElement
  return (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement) && field.value !== ''
}
