import type { Id } from '@holdfast/shared'
import type { ThreadRows } from './thread-rows.ts'

/**
 * The row in which a piece stands now. A text that came while somebody watched is divided in other places than the same text later:
 * then it is the row in which the piece began.
 */
export function findPieceRow({ rows, rowByKey }: ThreadRows, messageId: Id, piece: string): string {
  if (rowByKey.has(piece)) return piece
  const wanted = toPlace(piece)
  let found: string = messageId
  for (let index = rowByKey.get(messageId) ?? rows.length; index < rows.length; index += 1) {
    const row = rows[index]
    if (row?.kind !== 'message' || row.messageId !== messageId) break
    const { part, start } = toPlace(row.key)
    if (part === wanted.part && start <= wanted.start) found = row.key
  }
  return found
}

function toPlace(key: string): { readonly part: string; readonly start: number } {
  const at = key.lastIndexOf('.')
  return { part: key.slice(0, at), start: Number(key.slice(at + 1)) }
}
