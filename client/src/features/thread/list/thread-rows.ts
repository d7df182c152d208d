import type { Id, Message } from '@holdfast/shared'
import { useRef } from 'react'
import type { ThreadPieces } from './use-answer-pieces.ts'

/** What stands below each other in a thread: messages, some of them in pieces, and the days on which they were written. */
export type ThreadRow = MessageRow | { readonly kind: 'day'; readonly key: string; readonly at: string }

export interface MessageRow {
  readonly kind: 'message'
  /** The message's id for its first piece. */
  readonly key: string
  readonly messageId: Id
  /** Of the message in its path. */
  readonly index: number
  /** Which of its pieces, from 0, of how many. */
  readonly piece: number
  readonly pieces: number
}

export interface ThreadRows {
  readonly rows: readonly ThreadRow[]
  /** Where a message begins, and where its other pieces stand. */
  readonly rowByKey: ReadonlyMap<string, number>
}

const none: ThreadPieces = { byMessage: new Map(), layout: 0 }

/**
 * A day stands above its first message. The first day of all is told only when the beginning is loaded and there is another day
 * below: most conversations are of one day, and need no date.
 */
export function messagesToRows(messages: readonly Message[], isFromStart: boolean, pieces: ThreadPieces = none): ThreadRows {
  const rows: ThreadRow[] = []
  const rowByKey = new Map<string, number>()
  const dayOf = createDayReader()
  const isOfOneDay = dayOf(messages[0]) === dayOf(messages.at(-1))
  let day = isFromStart && !isOfOneDay ? null : dayOf(messages[0])
  for (const [index, message] of messages.entries()) {
    if (message.role === 'system') continue
    const ownDay = dayOf(message)
    if (ownDay !== day) rows.push({ kind: 'day', key: `day ${message.id}`, at: message.createdAt })
    day = ownDay
    const own = pieces.byMessage.get(message.id)
    const count = own?.length ?? 1
    for (let piece = 0; piece < count; piece += 1) {
      const key = own?.[piece]?.key ?? message.id
      rowByKey.set(key, rows.length)
      rows.push({ kind: 'message', key, messageId: message.id, index, piece, pieces: count })
    }
  }
  return { rows, rowByKey }
}

/** The rows of a path. The same object while only what the messages say changes. */
export function useThreadRows(messages: readonly Message[], isFromStart: boolean, pieces: ThreadPieces): ThreadRows {
  const known = useRef<{
    readonly messages: readonly Message[]
    readonly isFromStart: boolean
    readonly layout: number
    readonly rows: ThreadRows
  } | null>(null)
  const before = known.current
  const { layout } = pieces
  const isSame =
    before !== null && before.isFromStart === isFromStart && before.layout === layout && haveSameIds(before.messages, messages)
  const rows = isSame ? before.rows : messagesToRows(messages, isFromStart, pieces)
  known.current = { messages, isFromStart, layout, rows }
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
