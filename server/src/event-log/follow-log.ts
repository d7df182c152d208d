import type { EventRecord, Id } from '@holdfast/shared'
import type { Database } from '../platform/database/database.ts'
import { retryWhenLost } from '../platform/database/retry-when-lost.ts'
import { untilAborted } from '../platform/until-aborted.ts'
import { sizeOf, type LiveTail } from './live-tail.ts'
import { readLog } from './read-log.ts'

/*
 * # Following a conversation's log
 *
 * A reader wants all events after its cursor, in order, each exactly once: first those in the database, then live ones. The usual
 * design subscribes, reads the database, buffers what arrives meanwhile and cuts over. It needs a queue per reader, and a slow reader
 * makes the queue grow.
 *
 * Here a reader is only a cursor. It reads from two places that hold the same events under the same numbers, so there is no cut-over:
 *
 * - the live tail (live-tail.ts): the newest events in memory, one per conversation and node, shared by all readers;
 * - the log: everything, read in pages.
 *
 * The loop: read the tail after the cursor. If the tail cannot answer, because the cursor is older than what it holds or because it may
 * have missed a notice, read a page of the log. Yield what was found and advance. When both have nothing, wait for a change of the tail.
 *
 * ## Invariants
 *
 * 1. The tail was attached before the cursor was read: the tail learns of what is committed later, by a notice or by a poll (live-tails.ts).
 * 2. The wait begins before the read (`change.next` is called first). A notice between the two is not missed.
 * 3. The sequence is dense. The first record after a read has seq `cursor + 1`, whatever the bus lost, doubled or reordered.
 * 4. "Nothing new" is believed only after a read of the log that began after the latest doubt (`beginRead`, `confirmRead`).
 * 5. A slow reader holds no events: the generator is not asked for the next batch. When it comes back it reads from the tail or the log.
 *
 * Pruning may delete rows while a reader follows. This shows as a jump (the first record's seq is not `cursor + 1`) or as an empty log
 * below a seq that is known to exist. Both end in `CursorPrunedError`, and the caller starts again from a snapshot.
 */

const maxBatchBytes = 128 * 1024
const never = new AbortController().signal

/** The events after the cursor are pruned: the reader needs a snapshot, if the conversation still exists. */
export class CursorPrunedError extends Error {
  override readonly name = 'CursorPrunedError'
}

/**
 * The events after `cursor`: first from the log, then live. Ends when `signal` aborts. Yields an empty batch after `heartbeatMs` without
 * an event. `tail` must have been attached before the cursor was read. @throws CursorPrunedError
 */
export async function* followLog(
  deps: { database: Database },
  input: { conversationId: Id; cursor: number; tail: LiveTail; heartbeatMs: number; signal: AbortSignal },
): AsyncGenerator<readonly EventRecord[], void> {
  const { tail, signal, conversationId } = input
  let cursor = input.cursor
  using _ = tail.addReader(() => cursor)
  using change = waitForChange(tail, signal)
  while (!signal.aborted) {
    const changed = change.next(input.heartbeatMs)
    let records = tail.read(cursor)
    if (records === null) {
      const from = cursor
      const reading = shareReading(tail, from, () =>
        retryWhenLost(() => readLog(deps.database.queries, conversationId, from), never),
      )
      const { version, lastSeq } = reading
      records = await untilAborted(reading.records, signal).catch((error: unknown) => {
        if (signal.aborted) return []
        throw error
      })
      if (signal.aborted) return
      if (records.length === 0) {
        if (lastSeq > cursor) throw new CursorPrunedError(`nothing after ${cursor}, but there was ${lastSeq}`)
        tail.confirmRead(version, cursor)
        // Events may have reached the tail while the log was read.
        records = tail.read(cursor) ?? []
      }
    }
    const first = records[0]
    if (first && first.seq !== cursor + 1) throw new CursorPrunedError(`event ${first.seq} after ${cursor}`)
    for (const batch of toBatches(records)) {
      cursor = batch.at(-1)?.seq ?? cursor
      yield batch
    }
    if (records.length === 0 && !(await changed)) yield []
  }
}

/** A read of the log that runs, and how the tail stood when it began. */
interface Reading {
  readonly version: number
  readonly lastSeq: number
  readonly records: Promise<EventRecord[]>
}

const readings = new WeakMap<LiveTail, Map<number, Reading>>()

/**
 * Readers at the same cursor share a read while it runs, as long as the tail stands as it did when the read began: a doubt that came
 * later woke those who waited then, and nobody who joins now.
 */
function shareReading(tail: LiveTail, cursor: number, read: () => Promise<EventRecord[]>): Reading {
  const byCursor = readings.get(tail) ?? new Map<number, Reading>()
  readings.set(tail, byCursor)
  const version = tail.beginRead()
  const { lastSeq } = tail
  const known = byCursor.get(cursor)
  if (known && known.version === version && known.lastSeq === lastSeq) return known
  const reading: Reading = {
    version,
    lastSeq,
    records: read().finally(() => {
      if (byCursor.get(cursor) === reading) byCursor.delete(cursor)
    }),
  }
  byCursor.set(cursor, reading)
  return reading
}

/** The transport waits for a slow reader between batches only, so each of them is small. */
function* toBatches(records: readonly EventRecord[]): Generator<readonly EventRecord[]> {
  let batch: EventRecord[] = []
  let bytes = 0
  for (const record of records) {
    const size = sizeOf(record)
    if (batch.length > 0 && bytes + size > maxBatchBytes) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(record)
    bytes += size
  }
  if (batch.length > 0) yield batch
}

/** One pair of listeners for a whole subscription. `next` resolves to true on a change, to false after `timeoutMs` without one. */
function waitForChange(tail: LiveTail, signal: AbortSignal) {
  let resolve: ((changed: boolean) => void) | null = null
  let timer: NodeJS.Timeout | undefined
  const settle = (changed: boolean) => {
    clearTimeout(timer)
    resolve?.(changed)
    resolve = null
  }
  const onChange = () => settle(true)
  const detach = tail.onChange(onChange)
  signal.addEventListener('abort', onChange)
  return {
    next: (timeoutMs: number) => {
      clearTimeout(timer)
      timer = setTimeout(() => settle(false), timeoutMs)
      return new Promise<boolean>((done) => {
        resolve = done
      })
    },
    [Symbol.dispose]: () => {
      settle(true)
      detach()
      signal.removeEventListener('abort', onChange)
    },
  }
}
