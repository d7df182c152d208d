import type { Id, Message } from '@holdfast/shared'
import { useRef } from 'react'

/** What stands below each other in a thread: messages, and the days on which they were written. */
export type ThreadRow =
  | { readonly kind: 'message'; readonly key: Id; readonly index: number }
  | { readonly kind: 'day'; readonly key: string; readonly at: string }

export interface ThreadRows {
  readonly rows: readonly ThreadRow[]
  /** Where a message stands. */
  readonly rowByMessage: ReadonlyMap<Id, number>
}

/**
 * A day stands above its first message. The first day of all is told only when the beginning is loaded and there is another day
 * below: most conversations are of one day, and need no date.
 */
export function messagesToRows(messages: readonly Message[], isFromStart: boolean): ThreadRows {
  const rows: ThreadRow[] = []
  const rowByMessage = new Map<Id, number>()
  const dayOf = createDayReader()
  const isOfOneDay = dayOf(messages[0]) === dayOf(messages.at(-1))
  let day = isFromStart && !isOfOneDay ? null : dayOf(messages[0])
  for (const [index, message] of messages.entries()) {
    if (message.role === 'system') continue
    const ownDay = dayOf(message)
    if (ownDay !== day) rows.push({ kind: 'day', key: `day ${message.id}`, at: message.createdAt })
    day = ownDay
    rowByMessage.set(message.id, rows.length)
    rows.push({ kind: 'message', key: message.id, index })
  }
  return { rows, rowByMessage }
}

/** The rows of a path. The same object while only what the messages say changes. */
export function useThreadRows(messages: readonly Message[], isFromStart: boolean): ThreadRows {
  const known = useRef<{
    readonly messages: readonly Message[]
    readonly isFromStart: boolean
    readonly rows: ThreadRows
  } | null>(null)
  const before = known.current
  const isSame = before !== null && before.isFromStart === isFromStart && haveSameIds(before.messages, messages)
  const rows = isSame ? before.rows : messagesToRows(messages, isFromStart)
  known.current = { messages, isFromStart, rows }
  return rows
}

function haveSameIds(before: readonly Message[], now: readonly Message[]): boolean {
  return (
    before === now ||
    (before.length === now.length && now.every((message, index) => message === before[index] || message.id === before[index]?.id))
  )
}

/**
 * Gives the calendar day of the reader on which a message was written. Neighbours are mostly of one day, and its bounds are cheaper
 * to compare than days are to find out.
 */
function createDayReader(): (message: Message | undefined) => number | null {
  let begins = 0
  let ends = 0
  return (message) => {
    if (!message) return null
    const time = Date.parse(message.createdAt)
    if (time < begins || time >= ends) {
      const at = new Date(time)
      begins = new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime()
      ends = new Date(at.getFullYear(), at.getMonth(), at.getDate() + 1).getTime()
    }
    return begins
  }
}
