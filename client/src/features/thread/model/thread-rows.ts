import type { Id, Message } from '@holdfast/shared'
import { useState } from 'react'
import type { ThreadSegments } from './use-answer-segments.ts'

/** One row of a thread: a message, a segment of a message, or the date of the messages below. */
export type ThreadRow = MessageRow | { readonly kind: 'day'; readonly key: string; readonly at: string }

export interface MessageRow {
  readonly kind: 'message'
  /** The message's id for its first segment. */
  readonly key: string
  readonly messageId: Id
  /** Index of the message in its path. */
  readonly index: number
  /** The index of the segment in its message, from 0, and how many there are. */
  readonly segment: number
  readonly segments: number
}

export interface ThreadRows {
  readonly rows: readonly ThreadRow[]
  /** The row index by key: of a message's first row, and of the rows of its other segments. */
  readonly rowByKey: ReadonlyMap<string, number>
}

const none: ThreadSegments = { byMessage: new Map(), layout: 0 }

/**
 * A day stands above its first message. The first day of all is shown only when the beginning is loaded and there is another day below:
 * most conversations take place on one day, and need no date.
 */
export function messagesToRows(messages: readonly Message[], isFromStart: boolean, segments: ThreadSegments = none): ThreadRows {
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
    const own = segments.byMessage.get(message.id)
    const count = own?.length ?? 1
    for (let segment = 0; segment < count; segment += 1) {
      const key = own?.[segment]?.key ?? message.id
      rowByKey.set(key, rows.length)
      rows.push({ kind: 'message', key, messageId: message.id, index, segment, segments: count })
    }
  }
  return { rows, rowByKey }
}

/** The rows of a path. The same object while only what the messages say changes. */
export function useThreadRows(messages: readonly Message[], isFromStart: boolean, segments: ThreadSegments): ThreadRows {
  const [readRows] = useState(createRowsCache)
  return readRows(messages, isFromStart, segments)
}

/** `messagesToRows` that remembers its last result. */
function createRowsCache(): (messages: readonly Message[], isFromStart: boolean, segments: ThreadSegments) => ThreadRows {
  let last: {
    readonly messages: readonly Message[]
    readonly isFromStart: boolean
    readonly layout: number
    readonly rows: ThreadRows
  } | null = null
  return (messages, isFromStart, segments) => {
    const { layout } = segments
    const isSame =
      last !== null && last.isFromStart === isFromStart && last.layout === layout && haveSameIds(last.messages, messages)
    const rows = isSame && last ? last.rows : messagesToRows(messages, isFromStart, segments)
    last = { messages, isFromStart, layout, rows }
    return rows
  }
}

function haveSameIds(before: readonly Message[], now: readonly Message[]): boolean {
  return (
    before === now ||
    (before.length === now.length && now.every((message, index) => message === before[index] || message.id === before[index]?.id))
  )
}

/**
 * Returns the day in the reader's time zone on which a message was written, as the time at which it begins. Neighbours are mostly of one
 * day, and comparing with its bounds is cheaper than computing it.
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
