import type { Id } from '@holdfast/shared'
import type { MessagePiece } from '../list/message-piece.ts'
import { countInMarkdown, type Match } from './find-in-messages.ts'

/** One place of what was found: the row, and which one in it, from 0. */
export interface MatchPlace {
  readonly row: string
  readonly ordinal: number
}

/** In which row of a message a match stands. What stands across the border of two rows is found in none of them. */
export function matchToPlace(match: Match, piecesByMessage: ReadonlyMap<Id, readonly MessagePiece[]>, query: string): MatchPlace {
  const pieces = piecesByMessage.get(match.messageId) ?? []
  let place: MatchPlace = { row: match.messageId, ordinal: match.ordinal }
  let before = 0
  for (const piece of pieces) {
    const count = countInPiece(piece, query)
    if (count > 0) place = { row: piece.key, ordinal: Math.min(match.ordinal - before, count - 1) }
    before += count
    if (before > match.ordinal) break
  }
  return place
}

/** Of a piece, how often the text that was looked for last stands in it. */
const counts = new WeakMap<MessagePiece, { readonly query: string; readonly count: number }>()

function countInPiece(piece: MessagePiece, query: string): number {
  const known = counts.get(piece)
  if (known?.query === query) return known.count
  const count = piece.items.reduce((sum, { text }) => sum + (text ? countInMarkdown(text.source, query) : 0), 0)
  counts.set(piece, { query, count })
  return count
}
