import type { ErrorReason, Issue } from '@holdfast/shared'

export type RefusalCode =
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'BAD_REQUEST'
  | 'CONFLICT'
  | 'TOO_MANY_REQUESTS'
  | 'PAYLOAD_TOO_LARGE'

/**
 * A command is refused and nothing has changed. The message is for the person who asked: it never holds anything internal. The
 * transport turns it into its own kind of error.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly reason: ErrorReason | undefined
  readonly issues: readonly Issue[] | undefined
  /** Null: time alone brings nothing. */
  readonly retryAfterMs: number | null | undefined

  constructor(
    code: RefusalCode,
    message: string,
    data: { reason?: ErrorReason; issues?: readonly Issue[]; retryAfterMs?: number | null } = {},
  ) {
    super(message)
    this.code = code
    this.reason = data.reason
    this.issues = data.issues
    this.retryAfterMs = data.retryAfterMs
  }
}

/** The id of another user's item gets the same answer as one that does not exist. */
export function notFound(
  what:
    | 'User'
    | 'Session'
    | 'Invitation'
    | 'Conversation'
    | 'Message'
    | 'Token'
    | 'Tool call'
    | 'Import'
    | 'Goal'
    | 'Milestone'
    | 'Task'
    | 'File'
    | 'Provider'
    | 'Share'
    | 'Webhook'
    | 'Delivery',
): Refusal {
  return new Refusal('NOT_FOUND', `${what} not found`)
}

export function badField(path: string, message: string): Refusal {
  return new Refusal('BAD_REQUEST', `${path}: ${message}`, { issues: [{ path, message }] })
}

/** The log that would tell is not kept any more. */
export function olderThanLog(path: string): Refusal {
  const message = 'is older than what is kept of this conversation'
  return new Refusal('BAD_REQUEST', `${path}: ${message}`, { reason: 'older-than-log', issues: [{ path, message }] })
}

/** A client-made id belongs to another row already. `path` names the field of the input. */
export function idTaken(path: string): Refusal {
  return new Refusal('CONFLICT', `${path}: is taken`, { reason: 'id-taken', issues: [{ path, message: 'is taken' }] })
}
