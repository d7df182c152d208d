import type { ErrorReason, Issue } from '@holdfast/shared'
import { TRPCClientError } from '@trpc/client'
import * as z from 'zod/mini'
import { SignedOutError } from './token-source.ts'

/** Why a command or a follow did not work, in terms of what can be done about it. */
export interface Failure {
  /**
   * `unreachable`: the server did not answer, try again later. `refused`: trying the same again is useless. `busy`: it is asked to
   * be left alone for `retryAfterMs`. `signed-out`: a person has to sign in.
   */
  readonly kind: 'unreachable' | 'refused' | 'busy' | 'signed-out'
  /** tRPC's code, e.g. `NOT_FOUND`; null when the server did not say. */
  readonly code: string | null
  readonly reason: ErrorReason | null
  /** The server's sentence; meant for people. */
  readonly message: string
  readonly issues: readonly Issue[]
  readonly retryAfterMs: number
}

const dataSchema = z.object({
  code: z.string(),
  httpStatus: z.optional(z.number()),
  reason: z.optional(z.string()),
  issues: z.optional(z.array(z.object({ path: z.string(), message: z.string() }))),
  retryAfterMs: z.optional(z.number()),
})

export function errorToFailure(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error)
  const failure: Failure = { kind: 'unreachable', code: null, reason: null, message, issues: [], retryAfterMs: 0 }
  if (isSignedOut(error)) return { ...failure, kind: 'signed-out', code: 'UNAUTHORIZED' }
  if (!(error instanceof TRPCClientError)) return failure
  const parsed = dataSchema.safeParse(error.data)
  if (!parsed.success) return failure
  const { code, reason, issues, retryAfterMs } = parsed.data
  return {
    ...failure,
    kind: codeToKind(code, parsed.data.httpStatus),
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

function isSignedOut(error: unknown): boolean {
  if (error instanceof SignedOutError) return true
  return error instanceof Error && error.cause !== undefined && isSignedOut(error.cause)
}
