import { z } from 'zod'

/** The tRPC error codes that Holdfast uses. */
export const errorCodes = [
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_REQUEST',
  'CONFLICT',
  'TOO_MANY_REQUESTS',
  'PAYLOAD_TOO_LARGE',
  'INTERNAL_SERVER_ERROR',
] as const

/** `data.reason`: identifies the errors that a client handles. */
export const errorReasonSchema = z.enum([
  'request-reused',
  'id-taken',
  'stale-parent',
  'not-editable',
  'not-continuable',
  'not-steerable',
  'not-undoable',
  'rate-limited',
  'budget-exceeded',
  'admin-only',
  'file-not-ready',
  'file-refused',
  'older-than-log',
  'storage-full',
])
export type ErrorReason = z.infer<typeof errorReasonSchema>

/** `data.issues`: an invalid field, as a path like `content` or `create.title`, and what is wrong with it. */
export const issueSchema = z.object({ path: z.string(), message: z.string() })
export type Issue = z.infer<typeof issueSchema>

/** The `data` of an error, in addition to tRPC's own `code`, `httpStatus` and `path`. */
export interface ErrorData {
  issues?: Issue[]
  reason?: ErrorReason
  /** Null: waiting alone changes nothing. */
  retryAfterMs?: number | null
}
