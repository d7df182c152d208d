import { findMatches, textToQuery, textToWords, type Id } from '@holdfast/shared'
import { useEffectEvent, useLayoutEffect } from 'react'
import type { ThreadScroller } from './list/thread-scroller.ts'
import type { MessageSegment } from './model/message-segment.ts'

export interface ShowMarkedOptions {
  readonly markedId: Id | null
  /** The words that led to it: of a long message, the row with most of them is shown. */
  readonly markedWords: string | null
  readonly segmentsByMessage: ReadonlyMap<Id, readonly MessageSegment[]>
  readonly scroller: ThreadScroller
  readonly focusMessage: (messageId: Id) => void
}

/** Brings the marked message into sight and gives it the focus. */
export function useShowMarked(options: ShowMarkedOptions): void {
  const { markedId, segmentsByMessage, scroller, focusMessage } = options
  const findRow = useEffectEvent((messageId: Id) => findRowWithWords(segmentsByMessage.get(messageId), options.markedWords))
  useLayoutEffect(() => {
    if (markedId === null) return
    focusMessage(markedId)
    scroller.showRow(findRow(markedId) ?? markedId)
  }, [markedId, segmentsByMessage, focusMessage, scroller])
}

function findRowWithWords(segments: readonly MessageSegment[] = [], words: string | null): string | undefined {
  const { wanted } = textToQuery(words ?? '')
  let best: { readonly key: string; readonly count: number } | undefined
  for (const { key, items } of segments) {
    const found = [...textToWords(items.map(({ text }) => text?.source ?? '').join('\n'))]
    const count = wanted.filter((clause) => findMatches(found, { wanted: [clause], unwanted: [] }).length > 0).length
    if (count > (best?.count ?? 0)) best = { key, count }
  }
  return best?.key
}
