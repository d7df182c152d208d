/** Stable codes: they are stored, shown and reacted to. */
export type ModelErrorCode =
  | 'aborted'
  | 'provider-unreachable'
  | 'connection-lost'
  | 'provider-timeout'
  | 'provider-error'
  | 'provider-overloaded'
  | 'provider-rate-limited'
  | 'provider-limit-reached'
  | 'provider-quota'
  | 'provider-unauthorized'
  | 'provider-rejected'
  | 'provider-not-a-stream'
  | 'provider-wrong-address'
  | 'provider-truncated'
  | 'provider-empty'
  | 'provider-malformed'
  | 'provider-not-text'
  | 'model-not-found'
  | 'context-overflow'
  | 'content-filter'
  | 'internal-error'

/** Where the fault lies, and so who can do something about it. */
export type ModelFault =
  /** No fault: the answer was stopped. */
  | 'none'
  /** The way to the provider: address, name, certificate, connection. */
  | 'network'
  /** The provider itself: broken, slow, overloaded, or talking nonsense. */
  | 'provider'
  /** The operator's settings or account: key, credit, model, address. */
  | 'settings'
  /** The request: too long, or not allowed. */
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
  'provider-limit-reached': 'provider',
  'provider-truncated': 'provider',
  'provider-empty': 'provider',
  'provider-malformed': 'provider',
  'provider-quota': 'settings',
  'provider-unauthorized': 'settings',
  'provider-not-a-stream': 'settings',
  'provider-wrong-address': 'settings',
  'model-not-found': 'settings',
  'provider-rejected': 'request',
  'provider-not-text': 'request',
  'context-overflow': 'request',
  'content-filter': 'request',
  'internal-error': 'ours',
}

/** No call waits for longer than this, in milliseconds, before it is tried again. */
export const longestRetryAfterMs = 60_000

/** A model call failed. `message` is a sentence for a person: no key, no address, no body of the provider. */
export class ModelError extends Error {
  override readonly name = 'ModelError'
  readonly code: ModelErrorCode
  readonly fault: ModelFault
  /** Whether the same call may succeed a moment later. */
  readonly retryable: boolean
  /** The wait that the provider asked for. */
  readonly retryAfterMs: number | null
  /** The number of tries before the call was given up; null until then. */
  readonly tries: number | null
  /** The provider's own message, for the operator's log alone: it may hold a key. Null: there is none. */
  readonly said: string | null

  constructor(
    code: ModelErrorCode,
    message: string,
    options: {
      retryable: boolean
      retryAfterMs?: number | null
      tries?: number | null
      cause?: unknown
      said?: string | null
    },
  ) {
    super(message, { cause: options.cause })
    this.code = code
    this.fault = faults[code]
    this.retryable = options.retryable
    this.retryAfterMs = options.retryAfterMs ?? null
    this.tries = options.tries ?? null
    this.said = options.said ?? null
  }

  /** The same failure, after the last of so many tries. */
  afterTries(tries: number): ModelError {
    const { code, message, retryable, retryAfterMs, cause, said } = this
    return new ModelError(code, message, { retryable, retryAfterMs, tries, cause, said })
  }
}
