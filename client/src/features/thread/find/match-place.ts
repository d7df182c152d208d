import type { Id } from '@holdfast/shared'
import type { MessageSegment } from '../model/message-segment.ts'
import { countInMarkdown, type Match } from './find-in-messages.ts'

/** The place of a match: its row, and its index in the row, from 0. */
export interface MatchPlace {
  readonly row: string
  readonly ordinal: number
}

/** The row of a message that contains a match. A match across the border of two rows is found in neither. */
export function matchToPlace(
  match: Match,
  segmentsByMessage: ReadonlyMap<Id, readonly MessageSegment[]>,
  query: string,
): MatchPlace {
  const segments = segmentsByMessage.get(match.messageId) ?? []
  let place: MatchPlace = { row: match.messageId, ordinal: match.ordinal }
  let before = 0
  for (const segment of segments) {
    const count = countInSegment(segment, query)
    if (count > 0) place = { row: segment.key, ordinal: Math.min(match.ordinal - before, count - 1) }
    before += count
    if (before > match.ordinal) break
  }
  return place
}

/** The number of matches of the last query in a segment. */
const counts = new WeakMap<MessageSegment, { readonly query: string; readonly count: number }>()

function countInSegment(segment: MessageSegment, query: string): number {
  const known = counts.get(segment)
  if (known?.query === query) return known.count
  const count = segment.items.reduce((sum, { text, block }) => {
    const source = text?.source ?? (block.type === 'remark' ? block.part.text : '')
    return sum + (source === '' ? 0 : countInMarkdown(source, query))
  }, 0)
  counts.set(segment, { query, count })
  return count
}
