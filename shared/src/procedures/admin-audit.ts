import { z } from 'zod'
import { auditActionSchema } from '../audit.ts'
import { dateSchema } from '../date.ts'
import { nextCursor, opaqueCursor, pageDirection, timeZone, utcOffsetMinutes } from '../fields.ts'
import { uuidSchema } from '../ids.ts'

export const maxAuditPage = 200

/** `from` and `to` are days where the caller is, both inclusive. */
export const adminAuditListInput = z.strictObject({
  cursor: opaqueCursor,
  direction: pageDirection,
  limit: z.number().int().min(1).max(maxAuditPage).default(50),
  /** What this person did, and what was done to them. */
  user: uuidSchema.optional(),
  action: auditActionSchema.optional(),
  from: dateSchema.optional(),
  to: dateSchema.optional(),
  utcOffsetMinutes: utcOffsetMinutes.default(0),
  timeZone: timeZone.optional(),
})

/** Columns as they are hashed, and for people to read the name of the actor. */
export const auditRecordSchema = z.object({
  id: z.string(),
  /** Its place in the chain, dense from 1. Null: it gets one within seconds. */
  seq: z.number().nullable(),
  at: z.string(),
  /** Null: nobody who was signed in, or the server itself. */
  actorId: z.string().nullable(),
  /** Null: no account has this id any more. */
  actorName: z.string().nullable(),
  /** One of the actions that the list can be filtered by, or one of an older version. */
  action: z.string(),
  targetType: z.string().nullable(),
  targetId: z.string().nullable(),
  address: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  hash: z.string().nullable(),
})
export type AuditRecord = z.infer<typeof auditRecordSchema>

export const adminAuditListOutput = z.object({ items: z.array(auditRecordSchema), nextCursor })

/** Continues after a record that an earlier call has verified. */
export const adminAuditVerifyInput = z.strictObject({ afterSeq: z.number().int().min(0).default(0) })

export const adminAuditVerifyOutput = z.object({
  /** How many records this call has found in order. */
  records: z.number(),
  /** The last of them. */
  seq: z.number(),
  hash: z.string(),
  /** Null: in order so far. The sentence names the record. */
  fault: z.object({ seq: z.number(), id: z.string().nullable(), message: z.string() }).nullable(),
  /** Null: this was the end of the chain. Otherwise the `afterSeq` of the next call. */
  nextAfterSeq: z.number().nullable(),
})
