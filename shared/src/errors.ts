import { z } from 'zod'

/** The codes of tRPC that Holdfast answers with. */
export const errorCodes = [
  'UNAUTHORIZED',
  'NOT_FOUND',
  'BAD_REQUEST',
  'CONFLICT',
  'TOO_MANY_REQUESTS',
  'PAYLOAD_TOO_LARGE',
  'INTERNAL_SERVER_ERROR',
] as const

/** `data.reason`: the errors that a client reacts to. */
export const errorReasonSchema = z.enum([
  'request-reused',
  'id-taken',
  'stale-parent',
  'not-editable',
  'not-continuable',
  'rate-limited',
])
export type ErrorReason = z.infer<typeof errorReasonSchema>

/** `data.issues`: which field is wrong, and how, as a path like `content` or `create.title`. */
export const issueSchema = z.object({ path: z.string(), message: z.string() })
export type Issue = z.infer<typeof issueSchema>

/** What `data` of an error holds beside tRPC's own `code`, `httpStatus` and `path`. */
export interface ErrorData {
  issues?: Issue[]
  reason?: ErrorReason
  retryAfterMs?: number
}
