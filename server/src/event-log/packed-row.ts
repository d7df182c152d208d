import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { ConversationEvent, EventOf, EventRecord, Id } from '@holdfast/shared'

/*
 * # Rows of the log that are packed
 *
 * While an answer is written, its log has a row for each flush, and a flush of one token costs thirty times its text. Once the answer has
 * ended, neighbouring rows become one: deltas of one part are merged into one event with all of their text, and beside the events stands
 * where each of the former events began and when it was appended. A reader still gets every event under its own seq, whatever its cursor:
 * a row is taken apart when it is read. Nobody but this file knows that rows can be packed.
 *
 * The payload of a packed row is an object, that of others an array of events.
 */

/** What a row of the log holds, beside its conversation. */
export interface LogRow {
  readonly fromSeq: number
  readonly at: Date
  readonly payload: string
}

type Delta = EventOf<'text-delta'> | EventOf<'reasoning-delta'>

interface PackedPayload {
  /** In the order of their first event. */
  readonly events: readonly ConversationEvent[]
  /** {@link Pieces} as JSON, deflated, in base64. */
  readonly pieces: string
}

/** How the events of a row were cut, column by column, because columns of small numbers deflate well. */
interface Pieces {
  /** `[event, count]`: that many events of the row are, or belong to, the event with this index. */
  readonly runs: readonly (readonly [event: number, count: number])[]
  /** Of each piece of a delta, its length in UTF-16 units. */
  readonly lengths: readonly number[]
  /** Of each event that is no delta, the milliseconds since the one before it, or since the first event: rows have these times, too. */
  readonly exactTimes: readonly number[]
  /** Of each piece of a delta, the time since the one before, or since the first event, in units of `step`. */
  readonly times: readonly number[]
  /** Of each piece of a delta that has a duration, what it adds to the duration, in units of `step`. */
  readonly durations: readonly number[]
  /** Milliseconds. Above 1, times and durations of deltas are rounded down to it. */
  readonly step: number
}

/** Times of deltas are kept to the millisecond as long as the row costs at most twice its text, and are rounded where they would not fit. */
const steps = [1, 10, 100, 1_000, 60_000] as const
/** The bytes that pieces may always have, with those of events that are no deltas, and their share of the bytes of the text. */
const freeBytes = 160
const bytesPerEvent = 8
const piecesPerText = 0.8

/** The events of one row. */
export function rowToRecords(row: LogRow): EventRecord[] {
  // Only this program writes the log, and each event was typed when it was appended.
  const payload = JSON.parse(row.payload) as readonly ConversationEvent[] | PackedPayload
  if (!('pieces' in payload)) {
    const at = row.at.toISOString()
    return payload.map((event, index) => ({ seq: row.fromSeq + index, at, event }))
  }
  return unpack(row, payload)
}

/** The payload of one row for these records, which follow each other without a gap. The row's `at` is that of the first. */
export function recordsToPayload(records: readonly EventRecord[]): string {
  const events: ConversationEvent[] = []
  const runs: [number, number][] = []
  const lengths: number[] = []
  /** Of each message, the event that its next piece may continue. */
  const openEvents = new Map<Id, number>()
  const timed: TimedEvent[] = []
  for (const { at, event } of records) {
    const messageId = 'messageId' in event ? event.messageId : null
    const open = messageId === null ? undefined : openEvents.get(messageId)
    const before = open === undefined ? undefined : events[open]
    let index = events.length
    let from = 0
    if (open !== undefined && before && isDelta(before) && isDelta(event) && continues(before, event)) {
      index = open
      from = before.type === 'reasoning-delta' ? (before.durationMs ?? 0) : 0
      events[open] = { ...before, ...event, offset: before.offset, text: before.text + event.text } as Delta
    } else {
      events.push(event)
      if (messageId !== null) openEvents.set(messageId, index)
    }
    const run = runs.at(-1)
    if (run?.[0] === index) run[1] += 1
    else runs.push([index, 1])
    if (isDelta(event)) lengths.push(event.text.length)
    const to = event.type === 'reasoning-delta' ? event.durationMs : undefined
    timed.push({ at: Date.parse(at), isDelta: isDelta(event), duration: to === undefined ? null : { from, to } })
  }
  const textBytes = events.reduce((sum, event) => sum + (isDelta(event) ? Buffer.byteLength(event.text) : 0), 0)
  const most = Math.max(freeBytes + bytesPerEvent * (records.length - lengths.length), textBytes * piecesPerText)
  let pieces = ''
  for (const step of steps) {
    pieces = encode({ runs, lengths, ...roundTimes(timed, step), step })
    if (pieces.length <= most) break
  }
  return JSON.stringify({ events, pieces } satisfies PackedPayload)
}

function isDelta(event: ConversationEvent): event is Delta {
  return event.type === 'text-delta' || event.type === 'reasoning-delta'
}

function continues(before: Delta, next: Delta): boolean {
  if (before.type !== next.type || before.part !== next.part || before.offset + before.text.length !== next.offset) return false
  if (before.type !== 'reasoning-delta' || next.type !== 'reasoning-delta') return true
  if (before.durationMs === undefined || next.durationMs === undefined) return before.durationMs === next.durationMs
  return next.durationMs >= before.durationMs
}

interface TimedEvent {
  readonly at: number
  readonly isDelta: boolean
  readonly duration: { readonly from: number; readonly to: number } | null
}

function roundTimes(timed: readonly TimedEvent[], step: number): Pick<Pieces, 'exactTimes' | 'times' | 'durations'> {
  const exactTimes: number[] = []
  const times: number[] = []
  const durations: number[] = []
  const first = timed[0]?.at ?? 0
  let exact = 0
  let units = 0
  for (const { at, isDelta: isPiece, duration } of timed) {
    const sinceFirst = at - first
    if (isPiece) {
      times.push(Math.floor(sinceFirst / step) - units)
      units = Math.floor(sinceFirst / step)
    } else {
      exactTimes.push(sinceFirst - exact)
      exact = sinceFirst
    }
    if (duration) durations.push(Math.floor(duration.to / step) - Math.floor(duration.from / step))
  }
  return { exactTimes, times, durations }
}

function encode(pieces: Pieces): string {
  return deflateRawSync(JSON.stringify(pieces)).toString('base64')
}

function unpack(row: LogRow, { events, pieces: encoded }: PackedPayload): EventRecord[] {
  const pieces = JSON.parse(inflateRawSync(Buffer.from(encoded, 'base64')).toString()) as Pieces
  const { step } = pieces
  const [lengths, durations] = [pieces.lengths.values(), pieces.durations.values()]
  const [exactTimes, times] = [pieces.exactTimes.values(), pieces.times.values()]
  /** Of each merged event, how far its pieces have come. */
  const read = new Map<number, { length: number; units: number }>()
  const records: EventRecord[] = []
  const firstAt = row.at.getTime()
  let [exact, units, newest] = [0, 0, 0]
  for (const [index, count] of pieces.runs) {
    const event = events[index]
    if (!event) throw new Error(`the row of the log at ${row.fromSeq} has no event ${index}`)
    for (let nth = 0; nth < count; nth += 1) {
      if (isDelta(event)) units += times.next().value ?? 0
      else exact += exactTimes.next().value ?? 0
      // What was rounded down may lie before what was not.
      newest = Math.max(newest, isDelta(event) ? units * step : exact)
      const at = new Date(firstAt + newest).toISOString()
      const seq = row.fromSeq + records.length
      if (!isDelta(event)) {
        records.push({ seq, at, event })
        continue
      }
      const done = read.get(index) ?? { length: 0, units: 0 }
      const end = done.length + (lengths.next().value ?? 0)
      const piece = { ...event, offset: event.offset + done.length, text: event.text.slice(done.length, end) }
      if (piece.type === 'reasoning-delta' && piece.durationMs !== undefined) {
        const duration = done.units + (durations.next().value ?? 0)
        // The last piece has the duration of the whole, however it was rounded before.
        if (end < event.text.length) piece.durationMs = duration * step
        done.units = duration
      }
      read.set(index, { length: end, units: done.units })
      records.push({ seq, at, event: piece })
    }
  }
  return records
}
