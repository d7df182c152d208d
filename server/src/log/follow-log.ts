import type { EventRecord, Id } from '@holdfast/shared'
import type { Database } from '../database/database.ts'
import { weigh, type ConversationHub } from './conversation-hub.ts'
import { readLog } from './read-log.ts'

const maxBatchBytes = 128 * 1024

/** The events after the cursor are gone: only a snapshot can help this reader, if there is anything left to take one of. */
export class CursorPrunedError extends Error {
  override readonly name = 'CursorPrunedError'
}

/**
 * The events after `cursor`, for ever: first from the log, then live, with nothing lost or doubled between. Ends when `signal` aborts.
 * Yields an empty batch after `heartbeatMs` without an event. The hub must have been attached before the cursor was read.
 * @throws CursorPrunedError
 */
export async function* followLog(
  deps: { database: Database },
  input: { conversationId: Id; cursor: number; hub: ConversationHub; heartbeatMs: number; signal: AbortSignal },
): AsyncGenerator<readonly EventRecord[], void> {
  const { hub, signal, conversationId } = input
  let cursor = input.cursor
  using change = waitForChange(hub, signal)
  while (!signal.aborted) {
    const changed = change.next(input.heartbeatMs)
    let records = hub.take(cursor)
    if (records === null) {
      const read = hub.beginRead()
      const tail = hub.tail()
      records = await readLog(deps.database.queries, conversationId, cursor)
      if (signal.aborted) return
      if (records.length === 0) {
        if (tail > cursor) throw new CursorPrunedError(`nothing after ${cursor}, but there was ${tail}`)
        hub.confirm(read, cursor)
        // Only now is it known that the hub has nothing either.
        records = hub.take(cursor) ?? []
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

/** A reader is waited for between batches, so one of them must not be much. */
function* toBatches(records: readonly EventRecord[]): Generator<readonly EventRecord[]> {
  let batch: EventRecord[] = []
  let bytes = 0
  for (const record of records) {
    const weight = weigh(record)
    if (batch.length > 0 && bytes + weight > maxBatchBytes) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(record)
    bytes += weight
  }
  if (batch.length > 0) yield batch
}

/** One pair of listeners for a whole subscription. `next` resolves to true on a change, to false after `timeoutMs` without one. */
function waitForChange(hub: ConversationHub, signal: AbortSignal) {
  let resolve: ((changed: boolean) => void) | null = null
  let timer: NodeJS.Timeout | undefined
  const settle = (changed: boolean) => {
    clearTimeout(timer)
    resolve?.(changed)
    resolve = null
  }
  const onChange = () => settle(true)
  const detach = hub.onChange(onChange)
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
