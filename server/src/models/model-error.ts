/** Stable codes: they are stored, shown and reacted to. */
export type ModelErrorCode =
  | 'aborted'
  | 'provider-unreachable'
  | 'connection-lost'
  | 'provider-timeout'
  | 'provider-error'
  | 'provider-overloaded'
  | 'provider-rate-limited'
  | 'provider-quota'
  | 'provider-unauthorized'
  | 'provider-rejected'
  | 'provider-not-a-stream'
  | 'provider-wrong-address'
  | 'provider-truncated'
  | 'provider-empty'
  | 'provider-malformed'
  | 'model-not-found'
  | 'context-overflow'
  | 'content-filter'
  | 'internal-error'

/** Where the fault lies, and so who can do something about it. */
export type ModelFault =
  /** Nobody's: the answer was stopped. */
  | 'none'
  /** The way to the provider: address, name, certificate, connection. */
  | 'network'
  /** The provider itself: broken, slow, overloaded, or talking nonsense. */
  | 'provider'
  /** The operator's settings or account: key, credit, model, address. */
  | 'settings'
  /** What was asked: too long, or not allowed. */
  | 'request'
  /** A defect of Holdfast. */
  | 'ours'

const faults: Readonly<Record<ModelErrorCode, ModelFault>> = {
  aborted: 'none',
  'provider-unreachable': 'network',
  'connection-lost': 'network',
  'provider-timeout': 'provider',
  'provider-error': 'provider',
  'provider-overloaded': 'provider',
  'provider-rate-limited': 'provider',
  'provider-truncated': 'provider',
  'provider-empty': 'provider',
  'provider-malformed': 'provider',
  'provider-quota': 'settings',
  'provider-unauthorized': 'settings',
  'provider-not-a-stream': 'settings',
  'provider-wrong-address': 'settings',
  'model-not-found': 'settings',
  'provider-rejected': 'request',
  'context-overflow': 'request',
  'content-filter': 'request',
  'internal-error': 'ours',
}

/** A model call failed. `message` is a sentence for a person: no key, no address, no body of the provider. */
export class ModelError extends Error {
  override readonly name = 'ModelError'
  readonly code: ModelErrorCode
  readonly fault: ModelFault
  /** Whether the same call may succeed a moment later. */
  readonly retryable: boolean
  /** What the provider asked to wait, at most 60 000. */
  readonly retryAfterMs: number | null
  /** How often the call was made before it was given up; null as long as nobody has given up. */
  readonly tries: number | null

  constructor(
    code: ModelErrorCode,
    message: string,
    options: { retryable: boolean; retryAfterMs?: number | null; tries?: number | null; cause?: unknown },
  ) {
    super(message, { cause: options.cause })
    this.code = code
    this.fault = faults[code]
    this.retryable = options.retryable
    this.retryAfterMs = options.retryAfterMs ?? null
    this.tries = options.tries ?? null
  }

  /** The same failure, after the last of so many tries. */
  afterTries(tries: number): ModelError {
    const { code, message, retryable, retryAfterMs, cause } = this
    return new ModelError(code, message, { retryable, retryAfterMs, tries, cause })
  }
}
