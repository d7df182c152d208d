import type { ModelError, ModelErrorCode } from '../model-error.ts'
import { isContextOverflow } from './context-overflow.ts'
import { createModelError } from './model-errors.ts'
import type { HttpFailure } from './provider-call.ts'
import { readCount, readRecord, readText, type JsonRecord } from './read-json.ts'
import { readRetryAfterMs } from './retry-after.ts'

/** An error as a provider reports it: an object, a list of one (Gemini), a text, or `{ object: 'error' }` (vLLM). */
interface ProviderError {
  /** Of the response, or inside an answer that began with 200 a number that means the same. */
  readonly status: number | null
  /** `code` and `type` in one: providers mix them up. */
  readonly kind: string
  readonly text: string
}

const maxTextLength = 2000

/** A failure inside an answer, after the provider had said 200. */
export function providerErrorToModelError(payload: unknown): ModelError {
  return toModelError(readProviderError(payload, null), null)
}

/**
 * Whether an `error` beside an answer is one: some providers write an empty one into every chunk. `hasAnswer`: the chunk has a part of
 * the answer, too.
 */
export function isError(error: unknown, hasAnswer: boolean): boolean {
  if (!error) return false
  if (!hasAnswer) return true
  const fields = readRecord(error)
  if (!fields) return true
  return [fields['message'], fields['msg'], fields['detail'], fields['code'], fields['type']].some(
    (value) => Boolean(value) && value !== '0' && value !== 'none',
  )
}

/** An answer with a status other than 2xx. */
export function httpFailureToModelError(failure: HttpFailure): ModelError {
  const error = readProviderError(parseBody(failure.body), failure.status)
  return toModelError(error, readRetryAfterMs(failure.headers, failure.body))
}

function toModelError(error: ProviderError, retryAfterMs: number | null): ModelError {
  const cause = new Error(`the provider answered ${[error.status, error.kind].filter(Boolean).join(' ') || 'an error'}`)
  const said = [error.kind, error.text].filter(Boolean).join(': ')
  if (isWrongAddress(error)) return createModelError('provider-wrong-address', { cause, said })
  return createModelError(errorToCode(error, retryAfterMs), { retryAfterMs, cause, said })
}

function errorToCode(error: ProviderError, retryAfterMs: number | null): ModelErrorCode {
  const { status, kind, text } = error
  if (isQuota(error, retryAfterMs)) return 'provider-quota'
  // A request larger than the limit per minute never fits, however long the caller waits.
  if (status === 413 || /request too large/iu.test(text)) return 'context-overflow'
  if (status === 429 || /rate_?limit|resource_exhausted|too_many_requests/iu.test(kind)) return 'provider-rate-limited'
  if (isContextOverflow(`${kind} ${text}`)) return 'context-overflow'
  if (/tool_use_failed/iu.test(kind)) return 'provider-malformed'
  if (
    /content_?(?:filter|policy)|_policy\b|_policy_|moderation/iu.test(kind) ||
    /content management policy|flagged (?:as|by|for)/iu.test(text)
  )
    return 'content-filter'
  if (status === 401 || /api[_ ]key[_ ](?:not[_ ]valid|invalid)|(?:invalid|incorrect)[_ ]api[_ ]key/iu.test(`${kind} ${text}`)) {
    return 'provider-unauthorized'
  }
  if (isModelNotFound(error)) return 'model-not-found'
  if (status === 403) return 'provider-unauthorized'
  if (status === 503 || status === 529 || /overloaded|unavailable|capacity/iu.test(kind)) return 'provider-overloaded'
  if (status === 408 || status === 504 || /timeout/iu.test(kind)) return 'provider-timeout'
  if (status === 425) return 'provider-overloaded'
  const isRefusal =
    status === null ? /invalid_request|bad_?request|not_found|unsupported/iu.test(kind) : status < 500 && status !== 409
  return isRefusal ? 'provider-rejected' : 'provider-error'
}

/**
 * An empty account is a 429 at OpenAI, and waiting does not help. Gemini uses the same words for a limit per minute, but then says
 * how long to wait.
 */
function isQuota({ status, kind, text }: ProviderError, retryAfterMs: number | null): boolean {
  if (status === 402 || /insufficient_(?:quota|credit|balance|funds)|billing/iu.test(kind)) return true
  if (/insufficient (?:quota|credit|balance|funds)|credit balance is too low/iu.test(text)) return true
  return retryAfterMs === null && status === 429 && /exceeded your current quota|billing/iu.test(text)
}

function isModelNotFound({ status, kind, text }: ProviderError): boolean {
  if (/model_?not_?found|invalid_model|deployment_?not_?found/iu.test(kind)) return true
  const isRefusal = status === null || status === 400 || status === 404 || status === 422
  return (
    isRefusal &&
    /\bmodels?\b.*\b(?:not found|not exist|decommissioned)\b|(?:unknown|invalid|no such|not a valid) model|deployment for this resource does not exist|supported (?:API )?model names are/isu.test(
      text,
    )
  )
}

/** An address that is not an API: a redirect, or a 404 that says nothing about a model. */
function isWrongAddress({ status, text, kind }: ProviderError): boolean {
  if (status === null) return false
  if (status < 400 || status === 405) return true
  return status === 404 && !isModelNotFound({ status, kind, text }) && !/model/iu.test(`${kind} ${text}`)
}

function readProviderError(payload: unknown, status: number | null): ProviderError {
  const outer = readRecord(Array.isArray(payload) ? payload[0] : payload)
  const inner = outer?.['error'] ?? outer ?? payload
  const error = readRecord(inner)
  if (!error) return { status, kind: '', text: typeof inner === 'string' ? inner.slice(0, maxTextLength) : '' }
  return { status: status ?? readStatus(error), kind: readKind(error), text: readMessage(error) }
}

function readStatus(error: JsonRecord): number | null {
  const codes = [error['code'], error['status'], error['status_code']].map((code) =>
    readCount(typeof code === 'string' ? Number(code) : code),
  )
  return codes.find((code) => code !== null && code >= 400 && code < 600) ?? null
}

function readKind(error: JsonRecord): string {
  const names = [error['code'], error['type'], error['status']]
  return names.filter((name): name is string => typeof name === 'string' && /^[\w.-]{1,80}$/u.test(name)).join(' ')
}

/** FastAPI puts its reasons under `detail`, others under `message`, which may itself be an object. */
function readMessage(error: JsonRecord): string {
  const message = error['message'] ?? error['detail'] ?? error['msg']
  const text = readText(message) ?? (message === undefined || message === null ? '' : JSON.stringify(message))
  // OpenRouter says "Provider returned error" and puts what that provider said here.
  const raw = readText(readRecord(error['metadata'])?.['raw'])
  return (raw === null ? text : `${text} ${raw}`).slice(0, maxTextLength)
}

function parseBody(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}
