import type { Id } from '@holdfast/shared'
import type { ThreadRows } from '../model/thread-rows.ts'

/**
 * The row in which a segment stands now. A text that was divided while it was written has other segments than the same text loaded
 * later: then it is the row that holds the beginning of the segment.
 */
export function findSegmentRow({ rows, rowByKey }: ThreadRows, messageId: Id, segment: string): string {
  if (rowByKey.has(segment)) return segment
  const wanted = toPlace(segment)
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
