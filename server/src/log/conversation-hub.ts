import type { EventRecord } from '@holdfast/shared'
import type { LogNotice } from './topics.ts'

const maxRingBytes = 256 * 1024
/** What an event weighs beside its text. */
const recordOverhead = 200

/**
 * The newest committed events of one conversation, in memory, for all of its readers on this node. A reader is a position that pulls
 * from here or, when it is further behind, from the log; nothing is queued per reader.
 */
export interface ConversationHub {
  /** The events after `cursor`, at most a batch; empty when there is nothing new; null when they must be read from the log. */
  readonly take: (cursor: number) => readonly EventRecord[] | null
  /** The highest seq that this node has heard of. */
  readonly tail: () => number
  readonly publish: (notice: LogNotice) => void
  /** Something may have been missed: readers look into the log again. */
  readonly distrust: () => void
  /** To be called before reading the log; give the answer to `confirm` when the read has found nothing after `cursor`. */
  readonly beginRead: () => number
  readonly confirm: (read: number, cursor: number) => void
  readonly onChange: (listener: () => void) => () => void
}

const maxBatch = 500

export function createConversationHub(): ConversationHub {
  let ring: EventRecord[] = []
  let bytes = 0
  let tail = 0
  // A new hub, or one that may have missed something, knows too little to say that there is nothing new.
  let doubts = 1
  let settledDoubts = 0
  const listeners = new Set<() => void>()

  function wake() {
    for (const listener of listeners) listener()
  }

  function distrust() {
    doubts += 1
    wake()
  }

  function keep(records: readonly EventRecord[]) {
    const last = ring.at(-1)?.seq
    const first = records[0]?.seq
    if (first === undefined) return
    // Two transactions of one process may be told in another order than they committed: a gap sends the readers to the log.
    if (last !== undefined && first > last + 1) reset()
    const fresh = last === undefined || first > last + 1 ? records : records.filter((record) => record.seq > last)
    for (const record of fresh) {
      ring.push(record)
      bytes += weigh(record)
    }
    let drop = 0
    while (bytes > maxRingBytes && drop < ring.length - 1) {
      const oldest = ring[drop]
      if (oldest) bytes -= weigh(oldest)
      drop += 1
    }
    if (drop > 0) ring = ring.slice(drop)
  }

  function reset() {
    ring = []
    bytes = 0
  }

  return {
    take: (cursor) => {
      const first = ring[0]?.seq
      if (first !== undefined && cursor + 1 >= first) {
        const batch = ring.slice(cursor + 1 - first, cursor + 1 - first + maxBatch)
        if (batch.length > 0) return batch
      }
      return cursor < tail || settledDoubts < doubts ? null : []
    },
    tail: () => tail,
    publish: (notice) => {
      if (notice.records) keep(notice.records)
      if (notice.lastSeq === null) return distrust()
      if (notice.lastSeq <= tail) return
      tail = notice.lastSeq
      wake()
    },
    distrust,
    beginRead: () => doubts,
    confirm: (read, cursor) => {
      settledDoubts = Math.max(settledDoubts, read)
      tail = Math.max(tail, cursor)
    },
    onChange: (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}

/** About how many bytes an event takes. */
export function weigh({ event }: EventRecord): number {
  if (event.type === 'text-delta' || event.type === 'reasoning-delta') return recordOverhead + event.text.length
  if (event.type === 'conversation-updated') return recordOverhead * 2
  return recordOverhead + JSON.stringify(event).length
}
