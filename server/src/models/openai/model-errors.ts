import { ModelError, type ModelErrorCode } from '../model-error.ts'

/** Details for the log, never for a person: nothing of what the provider wrote is in them. */
export interface ErrorDetails {
  readonly retryAfterMs?: number | null
  readonly cause?: unknown
}

const sentences = {
  aborted: ['The answer was stopped.', false],
  'provider-unreachable': [
    'The model provider cannot be reached. Try again; if it stays away, check that it runs and that OPENAI_BASE_URL is right.',
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
  'provider-not-a-stream': ['What answered is not a model provider. Check OPENAI_BASE_URL: it usually ends in /v1.', false],
  'provider-truncated': ['The model provider’s answer broke off before its end. Try again.', true],
  'provider-empty': ['The model provider sent an empty answer. Try again.', true],
  'provider-malformed': ['The model provider sent an answer that cannot be read. Try again.', true],
  'model-not-found': ['The model provider does not know this model. Choose another one.', false],
  'context-overflow': [
    'The conversation is too long for this model. Start a new one, or choose a model with a larger context.',
    false,
  ],
  'content-filter': ['The model provider’s content filter stopped the answer. Say it in other words and try again.', false],
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

/** An address that is not an API: a redirect, or a 404 that says nothing about a model. */
export function wrongAddress(cause?: unknown): ModelError {
  return new ModelError(
    'provider-rejected',
    'The model provider has no chat API at this address. Check OPENAI_BASE_URL: it usually ends in /v1.',
    { retryable: false, cause },
  )
}
