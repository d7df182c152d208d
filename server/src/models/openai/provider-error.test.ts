import { describe, expect, test } from 'vitest'
import { isContextOverflow, readContextWindow } from './context-overflow.ts'
import { httpFailureToModelError, providerErrorToModelError } from './provider-error.ts'
import { readRetryAfterMs } from './retry-after.ts'

function fail(status: number, error: unknown, headers: Record<string, string> = {}) {
  return httpFailureToModelError({
    status,
    headers: new Headers(headers),
    body: typeof error === 'string' ? error : JSON.stringify({ error }),
  })
}

describe('a status other than 2xx', () => {
  test.each([
    [400, { message: 'bad field' }, 'provider-rejected', false],
    [401, { message: 'Incorrect API key provided: sk-secret' }, 'provider-unauthorized', false],
    [402, { message: 'Insufficient credits' }, 'provider-quota', false],
    [403, { message: 'Country not supported' }, 'provider-unauthorized', false],
    [403, { message: 'Your input was flagged by moderation' }, 'content-filter', false],
    [
      404,
      { message: 'The model `x` does not exist or you do not have access to it.', code: 'model_not_found' },
      'model-not-found',
      false,
    ],
    [404, 'model "llama9" not found, try pulling it first', 'model-not-found', false],
    [404, '404 page not found', 'provider-wrong-address', false],
    [302, '', 'provider-wrong-address', false],
    [405, '', 'provider-wrong-address', false],
    [408, '', 'provider-timeout', true],
    [409, '', 'provider-error', true],
    [413, 'too big', 'context-overflow', false],
    [422, { message: 'unprocessable' }, 'provider-rejected', false],
    [425, '', 'provider-overloaded', true],
    [429, { message: 'slow down', code: 'rate_limit_exceeded' }, 'provider-rate-limited', true],
    [429, { message: 'You exceeded your current quota', code: 'insufficient_quota' }, 'provider-quota', false],
    [429, { message: 'Request too large for m on tokens per min (TPM)', code: 'rate_limit_exceeded' }, 'context-overflow', false],
    [500, '', 'provider-error', true],
    [502, '<html>bad gateway</html>', 'provider-error', true],
    [503, '', 'provider-overloaded', true],
    [504, '', 'provider-timeout', true],
    [529, { type: 'overloaded_error', message: 'Overloaded' }, 'provider-overloaded', true],
    [400, { code: 'content_filter', message: 'The response was filtered' }, 'content-filter', false],
    [400, { code: 'context_length_exceeded', message: 'too long' }, 'context-overflow', false],
    [400, { message: "'temperature' is not supported with this model." }, 'provider-rejected', false],
  ])('%i %j is %s', (status, error, code, retryable) => {
    expect(fail(status, error)).toMatchObject({ name: 'ModelError', code, retryable })
  })

  test('never reaches a person or a log with what the provider wrote', () => {
    const error = fail(401, { message: 'Incorrect API key provided: sk-secret', code: 'invalid_api_key' })
    expect(`${error.message} ${String(error.cause)}`).not.toContain('sk-secret')
    expect(String(error.cause)).toContain('401 invalid_api_key')
  })

  test('says how long to wait', () => {
    expect(fail(429, { message: 'x' }, { 'retry-after': '7' }).retryAfterMs).toBe(7000)
    expect(fail(429, { message: 'x' }).retryAfterMs).toBeNull()
  })
})

describe('an error inside an answer', () => {
  test.each([
    [{ message: 'x', type: 'server_error' }, 'provider-error', true],
    [{ message: 'x', code: 429 }, 'provider-rate-limited', true],
    [{ message: 'x', code: '503' }, 'provider-overloaded', true],
    [{ message: 'x', type: 'invalid_request_error' }, 'provider-rejected', false],
    ['boom', 'provider-error', true],
    [undefined, 'provider-error', true],
  ])('%j is %s', (payload, code, retryable) => {
    expect(providerErrorToModelError(payload)).toMatchObject({ code, retryable })
  })
})

describe('the wait that a provider asks for', () => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  test.each([
    [{ 'retry-after': '2' }, '', 2000],
    [{ 'retry-after': '0.5' }, '', 500],
    [{ 'retry-after-ms': '150', 'retry-after': '9' }, '', 150],
    [{ 'retry-after': '3600' }, '', 3_600_000],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:10 GMT' }, '', 10_000],
    [{ 'retry-after': 'Thu, 01 Jan 2025 00:00:10 GMT' }, '', 0],
    [{ 'retry-after': 'soon' }, '', null],
    [{}, '{"retryDelay": "12s"}', 12_000],
    [{}, '', null],
  ])('%j %s is %s ms', (headers, body, expected) => {
    expect(readRetryAfterMs(new Headers(headers as Record<string, string>), body, now)).toBe(expected)
  })
})

describe('the context window', () => {
  test.each([
    ["This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.", 8192],
    ['prompt is too long: 213462 tokens > 200000 maximum', 200_000],
    ['The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).', 1_048_575],
    ["This model's maximum prompt length is 131072 but the request contains 537812 tokens.", 131_072],
    ['The model is loaded with context length of only 4096', 4096],
    ['The engine prompt length 1327246 exceeds the max_model_len 131072', 131_072],
    ['Prompt contains 140000 tokens, too large for model with 32,768 maximum context length', 32_768],
    ["input (5000 tokens) is longer than the model's context length (4096 tokens)", 4096],
    ['{"error":{"type":"exceed_context_size_error","n_prompt_tokens":5000,"n_ctx":4096}}', 4096],
    ['Your input exceeds the context window of this model. Please adjust your input and try again.', null],
    ['context_length_exceeded', null],
    ['', null],
  ])('Q58 %s', (text, tokens) => {
    expect(readContextWindow(text)).toBe(tokens)
  })
})

describe('a conversation that is too long', () => {
  test.each([
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.",
    'Your input exceeds the context window of this model. Please adjust your input and try again.',
    'prompt is too long: 213462 tokens > 200000 maximum',
    'The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).',
    "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
    'Please reduce the length of the messages or completion.',
    'the request exceeds the available context size, try increasing it',
    'Trying to keep the first 4999 tokens when context the overflows. The model is loaded with context length of only 4096',
    'The engine prompt length 1327246 exceeds the max_model_len 131072',
    'Prompt contains 140000 tokens, too large for model with 32768 maximum context length',
    "input (5000 tokens) is longer than the model's context length (4096 tokens)",
    'context_length_exceeded',
    'Request too large',
  ])('Q58 is recognised: %s', (text) => {
    expect(isContextOverflow(text)).toBe(true)
  })

  test.each(['Rate limit reached', 'max_tokens is too large', 'Invalid context parameter', 'The server is overloaded', ''])(
    'is not everything: %s',
    (text) => {
      expect(isContextOverflow(text)).toBe(false)
    },
  )
})
