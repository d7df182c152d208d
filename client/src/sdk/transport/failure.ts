import type { ErrorReason, Issue } from '@holdfast/shared'
import { TRPCClientError } from '@trpc/client'
import * as z from 'zod/mini'
import { OwnerChangedError, SignedOutError } from './token-source.ts'

/** Why a command or a subscription failed, in terms of what can be done about it. */
export interface Failure {
  /**
   * `unreachable`: the server did not answer, try again later. `refused`: trying the same again is useless; `code`
   * is null when the client's own code failed. `busy`: the
   * server asks for a pause of `retryAfterMs`. `signed-out`: the user has to sign in.
   */
  readonly kind: 'unreachable' | 'refused' | 'busy' | 'signed-out'
  /** tRPC's code, e.g. `NOT_FOUND`; null when the server did not say. */
  readonly code: string | null
  readonly reason: ErrorReason | null
  /** The server's message, for people. */
  readonly message: string
  readonly issues: readonly Issue[]
  readonly retryAfterMs: number
}

/** A file of a message cannot be used; the message says why. */
export class FileRefusedError extends Error {
  override readonly name = 'FileRefusedError'
}

const dataSchema = z.object({
  code: z.string(),
  httpStatus: z.optional(z.number()),
  reason: z.optional(z.string()),
  issues: z.optional(z.array(z.object({ path: z.string(), message: z.string() }))),
  retryAfterMs: z.nullish(z.number()),
})

export function errorToFailure(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error)
  const failure: Failure = { kind: 'unreachable', code: null, reason: null, message, issues: [], retryAfterMs: 0 }
  if (hasCause(error, (cause) => cause instanceof SignedOutError)) return { ...failure, kind: 'signed-out', code: 'UNAUTHORIZED' }
  if (isProgrammingError(error)) return { ...failure, kind: 'refused' }
  if (hasCause(error, (cause) => cause instanceof FileRefusedError)) {
    return { ...failure, kind: 'refused', code: 'BAD_REQUEST', reason: 'file-refused' }
  }
  if (!(error instanceof TRPCClientError)) return failure
  const parsed = dataSchema.safeParse(error.data)
  if (!parsed.success) return failure
  const { code, reason, issues, retryAfterMs } = parsed.data
  // A budget comes back tomorrow, next month or never: a person decides.
  const isForLong = reason === 'budget-exceeded' || retryAfterMs === null
  return {
    ...failure,
    // The server still examines a file: that takes seconds.
    kind: reason === 'file-not-ready' ? 'busy' : isForLong ? 'refused' : codeToKind(code, parsed.data.httpStatus),
    code,
    // A newer server may have reasons that this build does not know; they are compared, never trusted.
    reason: (reason as ErrorReason | undefined) ?? null,
    issues: issues ?? [],
    retryAfterMs: retryAfterMs ?? 0,
  }
}

function codeToKind(code: string, httpStatus: number | undefined): Failure['kind'] {
  if (code === 'UNAUTHORIZED') return 'signed-out'
  if (code === 'TOO_MANY_REQUESTS') return 'busy'
  if (code === 'TIMEOUT' || code === 'CLIENT_CLOSED_REQUEST' || (httpStatus ?? 500) >= 500) return 'unreachable'
  return 'refused'
}

/** Messages of engines for programming errors or missing functions. The type is not enough: a network failure is a `TypeError` too. */
const programmingErrorPattern =
  /is not a (?:function|constructor)|is not (?:an object|defined|iterable)|is (?:undefined|null)$|Cannot read propert|can't access property|undefined is not/u

/** Whether the code failed, not the network: trying again is useless. */
export function isProgrammingError(error: unknown): boolean {
  return hasCause(
    error,
    (cause) => cause instanceof ReferenceError || (cause instanceof TypeError && programmingErrorPattern.test(cause.message)),
  )
}

/** Whether the command belongs to a user who has signed out since. */
export function isOwnerChange(error: unknown): boolean {
  return hasCause(error, (cause) => cause instanceof OwnerChangedError)
}

/** Tests an error and the errors that caused it. */
export function hasCause(error: unknown, test: (cause: Error) => boolean): boolean {
  return error instanceof Error && (test(error) || (error.cause !== undefined && hasCause(error.cause, test)))
}
