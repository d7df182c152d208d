import type { EventRecord } from '@holdfast/shared'
import type { LogNotice } from './topics.ts'

const maxBytes = 256 * 1024
const maxRecordsPerRead = 500
/** The memory that a record takes beside its text. */
const recordOverheadBytes = 200

/**
 * The newest committed events of one conversation, in memory, for all of its readers on this node. A reader is a cursor that reads from
 * here or, when it is further behind, from the log. Nothing is queued per reader.
 *
 * An empty read is the one answer that can be wrong: the bus may have lost a notice. The tail therefore says "nothing new" only after a
 * read of the log that began after the latest `invalidate` has found nothing either (`beginRead`, `confirmRead`).
 */
export class LiveTail {
  /** Dense: each record's seq is its predecessor's + 1. */
  #records: EventRecord[] = []
  /** The size of `#records`, measured by `sizeOf`. */
  #bytes = 0
  #lastSeq = 0
  /** Raised by each `invalidate`. A new tail has missed everything before it. */
  #version = 1
  /** The newest version for which the log was read to its end. Below `#version`, readers have to ask the log. */
  #confirmedVersion = 0
  readonly #listeners = new Set<() => void>()
  /** The cursors of the readers, as they are when called. */
  readonly #readers = new Set<() => number>()

  /** The events after `cursor`, at most 500; empty when there is nothing new; null when they must be read from the log. */
  read(cursor: number): readonly EventRecord[] | null {
    const first = this.#records[0]?.seq
    if (first !== undefined && cursor + 1 >= first) {
      const start = cursor + 1 - first
      const batch = this.#records.slice(start, start + maxRecordsPerRead)
      if (batch.length > 0) return batch
    }
    return cursor < this.#lastSeq || this.#confirmedVersion < this.#version ? null : []
  }

  /** The highest seq that this node knows of. */
  get lastSeq(): number {
    return this.#lastSeq
  }

  publish(notice: LogNotice): void {
    if (notice.records) this.#keep(notice.records)
    if (notice.lastSeq === null) return this.invalidate()
    if (notice.lastSeq <= this.#lastSeq) return
    this.#lastSeq = notice.lastSeq
    this.#wake()
  }

  /** Something may have been missed: the readers ask the log. */
  invalidate(): void {
    this.#version += 1
    this.#wake()
  }

  /** To be called before the log is read. Pass the result to `confirmRead` when the read found nothing after `cursor`. */
  beginRead(): number {
    return this.#version
  }

  confirmRead(version: number, cursor: number): void {
    this.#confirmedVersion = Math.max(this.#confirmedVersion, version)
    this.#lastSeq = Math.max(this.#lastSeq, cursor)
  }

  /** Lets `behind` know of a reader, until it is disposed. */
  addReader(cursor: () => number): Disposable {
    this.#readers.add(cursor)
    return { [Symbol.dispose]: () => void this.#readers.delete(cursor) }
  }

  get readers(): number {
    return this.#readers.size
  }

  /** How many events the reader that is furthest behind has still to get. */
  get behind(): number {
    return Math.max(0, ...Array.from(this.#readers, (cursor) => this.#lastSeq - cursor()))
  }

  /** Calls `listener` when a read may have another result. Returns a function that stops this. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  #keep(records: readonly EventRecord[]): void {
    const first = records[0]?.seq
    if (first === undefined) return
    const last = this.#records.at(-1)?.seq
    // Two transactions of one process may be published in another order than they committed: a gap sends the readers to the log.
    const isGap = last !== undefined && first > last + 1
    if (isGap) {
      this.#records = []
      this.#bytes = 0
    }
    for (const record of last === undefined || isGap ? records : records.filter(({ seq }) => seq > last)) {
      this.#records.push(record)
      this.#bytes += sizeOf(record)
    }
    let drop = 0
    while (this.#bytes > maxBytes && drop < this.#records.length - 1) {
      const oldest = this.#records[drop]
      if (oldest) this.#bytes -= sizeOf(oldest)
      drop += 1
    }
    if (drop > 0) this.#records = this.#records.slice(drop)
  }

  #wake(): void {
    for (const listener of this.#listeners) listener()
  }
}

/** Bytes of a record: its text as UTF-8 and an estimate for what surrounds it. */
export function sizeOf({ event }: EventRecord): number {
  const isDelta = event.type === 'text-delta' || event.type === 'reasoning-delta'
  return recordOverheadBytes + Buffer.byteLength(isDelta ? event.text : JSON.stringify(event))
}
