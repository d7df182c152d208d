import { errorToCodes } from '../../platform/error-codes.ts'
import { longestRetryAfterMs, ModelError, type ModelErrorCode } from '../model-error.ts'

export interface ErrorDetails {
  readonly retryAfterMs?: number | null
  /** For the log, not for users. It holds nothing that the provider wrote. */
  readonly cause?: unknown
  /** The provider's own message. */
  readonly said?: string | null
}

const sentences = {
  aborted: ['The answer was stopped.', false],
  'provider-unreachable': [
    'The model provider cannot be reached. Try again. If the problem persists, check the network and the base URL.',
    true,
  ],
  'connection-lost': [
    'The connection to the model provider was lost in the middle of the answer. Try again. If the problem persists, check the server’s network.',
    true,
  ],
  'provider-timeout': ['The model provider took too long. Try again in a moment.', true],
  'provider-error': ['The model provider reported an error while answering. Try again in a moment.', true],
  'provider-overloaded': ['The model provider is overloaded. Try again in a moment, or choose another model.', true],
  'provider-rate-limited': ['The model provider is rate-limiting requests. Wait a moment, then try again.', true],
  'provider-limit-reached': ['The model provider takes no more requests for now. Use another model.', false],
  'provider-quota': ['The account at the model provider has no credit left. Check its plan and billing.', false],
  'provider-unauthorized': [
    'The model provider rejected the API key, or the key has no access to this model. Check the key in the server’s settings.',
    false,
  ],
  'provider-rejected': ['The model provider refused the request. Try another model; the server’s log names the reason.', false],
  'provider-not-a-stream': [
    'The response did not come from a model provider. Check the base URL: it usually ends in /v1.',
    false,
  ],
  'provider-wrong-address': [
    'The model provider has no chat API at this address. Check the base URL: it usually ends in /v1.',
    false,
  ],
  'provider-truncated': ['The model provider’s answer ended early. Try again.', true],
  'provider-empty': ['The model provider sent an empty answer. Try again.', true],
  'provider-malformed': ['The model provider sent an unreadable answer. Try again.', true],
  'provider-not-text': [
    'The model answered with something other than text or a picture, which cannot be shown here. Choose another model.',
    false,
  ],
  'model-not-found': ['The model provider does not know this model. Choose another one.', false],
  'context-overflow': [
    'The conversation is too long for this model. Start a new one, or choose a model with a larger context.',
    false,
  ],
  'content-filter': ['The model provider’s content filter stopped the answer. Rephrase the message and try again.', false],
  'internal-error': ['Holdfast failed while reading the answer. This is a bug: the server’s log has the details.', false],
} as const satisfies Record<ModelErrorCode, readonly [sentence: string, retryable: boolean]>

/** A failed call, with the sentence that says what to do about it. One that has to wait for long is not tried again meanwhile. */
export function createModelError(code: ModelErrorCode, details: ErrorDetails = {}): ModelError {
  const { retryAfterMs = null, cause, said = null } = details
  const [sentence, retryable] = sentences[code]
  if (!retryable || retryAfterMs === null || retryAfterMs <= longestRetryAfterMs) {
    return new ModelError(code, sentence, { retryable, retryAfterMs, cause, said })
  }
  const message = `The model provider asks to wait for about ${toDuration(retryAfterMs)}. Until then, use another model.`
  return new ModelError('provider-limit-reached', message, { retryable: false, retryAfterMs, cause, said })
}

/** The provider was waited for this long. A call that has waited for minutes, which may have to be paid for, is not repeated by itself. */
export function silent(afterMs: number): ModelError {
  return new ModelError('provider-timeout', `The model provider sent nothing for ${toDuration(afterMs)}. Try again.`, {
    retryable: afterMs <= longestRetryAfterMs,
  })
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs

function toDuration(ms: number): string {
  const [unit, unitMs] = ms > 100 * minuteMs ? ['hour', hourMs] : ms > 100_000 ? ['minute', minuteMs] : ['second', 1000]
  const count = Math.max(1, unitMs === 1000 ? Math.round(ms / unitMs) : Math.ceil(ms / unitMs))
  return `${count} ${count === 1 ? unit : `${unit}s`}`
}

const unreachable: readonly (readonly [systemCode: RegExp, sentence: string, retryable: boolean])[] = [
  [
    /^ECONNREFUSED$/u,
    'Nothing answers at the model provider’s address. Start it, or check the port in its base URL, then try again.',
    true,
  ],
  [
    /^(?:ENOTFOUND|EAI_AGAIN|EAI_NODATA|EAI_FAIL)$/u,
    'The name of the model provider’s host cannot be found. Check the base URL and the server’s network.',
    true,
  ],
  [/^EINSIDE$/u, 'This address is inside of the server’s network, where keys of your own cannot be used.', false],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|^ERR_(?:TLS|SSL)|^EPROTO$/u,
    'The model provider’s certificate is not accepted. Check that the base URL uses the right scheme (http or https), and that the certificate is valid.',
    false,
  ],
]

/** No connection was established. The system's error inside of `thrown` says why. */
export function createUnreachableError(thrown: unknown): ModelError {
  const cause = toCause(thrown)
  const known = unreachable.find(([systemCode]) => systemCode.test(cause.message))
  if (!known) return createModelError('provider-unreachable', { cause })
  const [, sentence, retryable] = known
  return new ModelError('provider-unreachable', sentence, { retryable, cause })
}

/** The innermost code (ECONNREFUSED, UND_ERR_SOCKET) says what happened. Messages are left out: they hold addresses. */
export function toCause(thrown: unknown): Error {
  const code = errorToCodes(thrown).at(-1)
  return new Error(code ?? (thrown instanceof Error ? thrown.name : typeof thrown))
}
