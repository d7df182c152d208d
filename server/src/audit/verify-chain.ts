import { chainStart, hashRecord, type ChainLink, type SealedRecord } from './record-hash.ts'

/** The first place where a chain is not what was written. */
export interface ChainFault {
  /** The number of the record that is named. */
  readonly seq: number
  /** Its id. Null: there is no such record. */
  readonly id: string | null
  /** A sentence for an administrator that names the record. */
  readonly message: string
}

export interface ChainReport {
  /** How many records were found in order. */
  readonly records: number
  /** The last of them. With its hash, kept somewhere else, a later check shows that nothing before it has changed. */
  readonly head: ChainLink
  /** Null: everything is as it was written. */
  readonly fault: ChainFault | null
}

/** What is known about a chain apart from its records. */
export interface ChainEnds {
  /** The record before the first one. Absent: the first record says itself which one it is, and its hash is taken on trust. */
  readonly anchor?: ChainLink
  /** The last record. Absent: the chain may end anywhere. */
  readonly head?: ChainLink
}

/**
 * Reads a chain from its first record on and stops at the first fault: a record that was changed, dropped, inserted, moved or swapped, or
 * an end that is not the known one. Reads each record once and keeps none.
 */
export async function verifyChain(records: AsyncIterable<SealedRecord>, ends: ChainEnds = {}): Promise<ChainReport> {
  let count = 0
  let last = ends.anchor ?? null
  const fail = (fault: ChainFault): ChainReport => ({ records: count, head: last ?? chainStart, fault })
  for await (const record of records) {
    const { seq, id } = record
    if (last === null && seq !== 1) {
      // An export may begin later. Nothing shows what was before its first record.
      last = { seq, hash: record.hash }
      count += 1
      continue
    }
    last ??= chainStart
    if (seq > last.seq + 1) return fail({ seq: last.seq + 1, id: null, message: toMissing(last.seq + 1, seq - 1) })
    if (seq <= last.seq) {
      const message = `Record ${seq} (${id}) stands after record ${last.seq}: it was moved or inserted.`
      return fail({ seq, id, message })
    }
    if (ends.head && seq > ends.head.seq) {
      const message = `Record ${seq} (${id}) stands after the end of the chain, which is record ${ends.head.seq}: it was inserted.`
      return fail({ seq, id, message })
    }
    if (record.hash !== hashRecord(last.hash, record)) {
      const before = last.seq === (ends.anchor ?? chainStart).seq ? 'the start of the chain' : `record ${last.seq}`
      const message = `Record ${seq} (${id}) is not what was written, or does not follow from ${before}: it was changed, swapped or inserted, or the one before it was.`
      return fail({ seq, id, message })
    }
    last = { seq, hash: record.hash }
    count += 1
  }
  const { head } = ends
  const end = last ?? chainStart
  if (head && end.seq < head.seq) return fail({ seq: end.seq + 1, id: null, message: toMissing(end.seq + 1, head.seq) })
  if (head && end.hash !== head.hash) {
    const message = `Record ${end.seq} is not the one that was written last: the chain, or its end, was written again.`
    return fail({ seq: end.seq, id: null, message })
  }
  return { records: count, head: end, fault: null }
}

function toMissing(from: number, to: number): string {
  return from === to ? `Record ${from} is missing.` : `Records ${from} to ${to} are missing.`
}
