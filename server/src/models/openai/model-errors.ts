import { ModelError, type ModelErrorCode } from '../model-error.ts'

/** Details for the log, never for a person: nothing of what the provider wrote is in them. */
export interface ErrorDetails {
  readonly retryAfterMs?: number | null
  readonly cause?: unknown
}

const sentences = {
  aborted: ['The answer was stopped.', false],
  'provider-unreachable': [
    'The model provider cannot be reached. Try again; if it stays away, check the network, and that its base URL is right.',
    true,
  ],
  'connection-lost': [
    'The connection to the model provider broke in the middle of the answer. Try again; if it keeps happening, check the network of this server.',
    true,
  ],
  'provider-timeout': ['The model provider took too long. Try again in a moment.', true],
  'provider-error': ['The model provider failed while it answered. Try again in a moment.', true],
  'provider-overloaded': ['The model provider is overloaded. Try again in a moment, or choose another model.', true],
  'provider-rate-limited': ['The model provider takes no more questions for the moment. Wait a little, then try again.', true],
  'provider-quota': ['The account at the model provider has no credit left. Check its plan and billing.', false],
  'provider-unauthorized': [
    'The model provider does not accept the API key, or the key may not use this model. Check the key in the server’s settings.',
    false,
  ],
  'provider-rejected': ['The model provider refused the request. Try another model; the server’s log names the reason.', false],
  'provider-not-a-stream': ['What answered is not a model provider. Check its base URL: it usually ends in /v1.', false],
  'provider-wrong-address': [
    'The model provider has no chat API at this address. Check its base URL: it usually ends in /v1.',
    false,
  ],
  'provider-truncated': ['The model provider’s answer broke off before its end. Try again.', true],
  'provider-empty': ['The model provider sent an empty answer. Try again.', true],
  'provider-malformed': ['The model provider sent an answer that cannot be read. Try again.', true],
  'model-not-found': ['The model provider does not know this model. Choose another one.', false],
  'context-overflow': [
    'The conversation is too long for this model. Start a new one, or choose a model with a larger context.',
    false,
  ],
  'content-filter': ['The model provider’s content filter stopped the answer. Say it in other words and try again.', false],
  'internal-error': ['Holdfast failed while it read the answer. This is a defect: the server’s log has the details.', false],
} as const satisfies Record<ModelErrorCode, readonly [sentence: string, retryable: boolean]>

/** A failed call, with the sentence that says what to do about it. */
export function createModelError(code: ModelErrorCode, { retryAfterMs = null, cause }: ErrorDetails = {}): ModelError {
  const [sentence, retryable] = sentences[code]
  return new ModelError(code, sentence, { retryable, retryAfterMs, cause })
}

export function silent(afterMs: number): ModelError {
  const seconds = Math.max(1, Math.round(afterMs / 1000))
  const unit = seconds === 1 ? 'second' : 'seconds'
  return new ModelError('provider-timeout', `The model provider sent nothing for ${seconds} ${unit}. Try again.`, {
    retryable: true,
  })
}

const unreachable: readonly (readonly [systemCode: RegExp, sentence: string, retryable: boolean])[] = [
  [
    /^ECONNREFUSED$/u,
    'Nothing answers at the model provider’s address. Start it, or check the port in its base URL; then try again.',
    true,
  ],
  [
    /^(?:ENOTFOUND|EAI_AGAIN|EAI_NODATA|EAI_FAIL)$/u,
    'The name of the model provider’s host cannot be found. Check its base URL, and that this server reaches the network.',
    true,
  ],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|^ERR_(?:TLS|SSL)|^EPROTO$/u,
    'The model provider’s certificate is not accepted. Check whether its base URL begins with https:// or http:// rightly, and that its certificate is valid.',
    false,
  ],
]

/** No connection came about. `thrown`: the system's error at the bottom of it says why. */
export function createUnreachableError(thrown: unknown): ModelError {
  const cause = toCause(thrown)
  const known = unreachable.find(([systemCode]) => systemCode.test(cause.message))
  if (!known) return createModelError('provider-unreachable', { cause })
  const [, sentence, retryable] = known
  return new ModelError('provider-unreachable', sentence, { retryable, cause })
}

/** The system's own code at the bottom of the chain (ECONNREFUSED, UND_ERR_SOCKET) says what happened; the messages hold addresses. */
export function toCause(thrown: unknown): Error {
  let code: unknown
  for (let error = thrown; error instanceof Error; error = error.cause ?? firstOf(error)) {
    code = 'code' in error ? (error.code ?? code) : code
  }
  return new Error(typeof code === 'string' ? code : thrown instanceof Error ? thrown.name : typeof thrown)
}

/** A name with several addresses fails with all of their errors at once. */
function firstOf(error: Error): unknown {
  return error instanceof AggregateError ? error.errors[0] : undefined
}
