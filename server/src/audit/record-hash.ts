import { createHash } from 'node:crypto'
import type { schema } from '@holdfast/drizzle'
import { toCanonicalJson } from './canonical-json.ts'

/** A record in its place. */
export type SealedRecord = Omit<typeof schema.auditRecords.$inferSelect, 'seq' | 'hash'> & {
  readonly seq: number
  readonly hash: string
}

/** The place of a record and its hash: with it a reader knows everything before. */
export interface ChainLink {
  readonly seq: number
  readonly hash: string
}

/** Before the first record. */
export const chainStart: ChainLink = { seq: 0, hash: '0'.repeat(64) }

/** SHA-256, in hexadecimal, over the hash of the record before and the canonical JSON of all columns of this one but its own hash. */
export function hashRecord(previousHash: string, record: Omit<SealedRecord, 'hash'>): string {
  const { id, seq, at, actorId, action, targetType, targetId, address, details } = record
  const columns = { id, seq, at: at.toISOString(), actorId, action, targetType, targetId, address, details }
  return createHash('sha256')
    .update(previousHash + toCanonicalJson(columns))
    .digest('hex')
}
