/** Stable codes: they are stored, shown and reacted to. */
export type ModelErrorCode =
  | 'aborted'
  | 'provider-unreachable'
  | 'provider-timeout'
  | 'provider-error'
  | 'provider-overloaded'
  | 'provider-rate-limited'
  | 'provider-quota'
  | 'provider-unauthorized'
  | 'provider-rejected'
  | 'provider-not-a-stream'
  | 'provider-truncated'
  | 'provider-empty'
  | 'provider-malformed'
  | 'model-not-found'
  | 'context-overflow'
  | 'content-filter'

/** A model call failed. `message` is a sentence for a person: no key, no address, no body of the provider. */
export class ModelError extends Error {
  override readonly name = 'ModelError'
  readonly code: ModelErrorCode
  /** Whether the same call may succeed a moment later. */
  readonly retryable: boolean
  /** What the provider asked to wait, at most 60 000. */
  readonly retryAfterMs: number | null

  constructor(
    code: ModelErrorCode,
    message: string,
    options: { retryable: boolean; retryAfterMs?: number | null; cause?: unknown },
  ) {
    super(message, { cause: options.cause })
    this.code = code
    this.retryable = options.retryable
    this.retryAfterMs = options.retryAfterMs ?? null
  }
}
