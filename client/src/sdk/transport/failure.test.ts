import { TRPCClientError } from '@trpc/client'
import { expect, test } from 'vitest'
import { errorToFailure } from './failure.ts'
import { SignedOutError } from './token-source.ts'

const toError = (data: object, message = 'A sentence') =>
  TRPCClientError.from({ error: { message, code: -32000, data } } as never)

test.each([
  [{ code: 'NOT_FOUND', httpStatus: 404 }, 'refused'],
  [{ code: 'BAD_REQUEST', httpStatus: 400 }, 'refused'],
  [{ code: 'CONFLICT', httpStatus: 409 }, 'refused'],
  [{ code: 'PAYLOAD_TOO_LARGE', httpStatus: 413 }, 'refused'],
  [{ code: 'UNAUTHORIZED', httpStatus: 401 }, 'signed-out'],
  [{ code: 'TOO_MANY_REQUESTS', httpStatus: 429 }, 'busy'],
  [{ code: 'TOO_MANY_REQUESTS', httpStatus: 429, reason: 'rate-limited', retryAfterMs: 1_000 }, 'busy'],
  [{ code: 'TOO_MANY_REQUESTS', httpStatus: 429, reason: 'rate-limited', retryAfterMs: null }, 'refused'],
  [{ code: 'TOO_MANY_REQUESTS', httpStatus: 429, reason: 'budget-exceeded', retryAfterMs: 40_000_000 }, 'refused'],
  [{ code: 'INTERNAL_SERVER_ERROR', httpStatus: 500 }, 'unreachable'],
  [{ code: 'TIMEOUT', httpStatus: 408 }, 'unreachable'],
  [{ code: 'SERVICE_UNAVAILABLE', httpStatus: 503 }, 'unreachable'],
])('%o means %s', (data, kind) => {
  expect(errorToFailure(toError(data)).kind).toBe(kind)
})

test('the reason, the fields and the time to wait are kept', () => {
  const issues = [{ path: 'content', message: 'too long' }]
  const failure = errorToFailure(
    toError({ code: 'CONFLICT', httpStatus: 409, reason: 'stale-parent', issues, retryAfterMs: 1500 }, 'Gone'),
  )
  expect(failure).toEqual({
    kind: 'refused',
    code: 'CONFLICT',
    reason: 'stale-parent',
    message: 'Gone',
    issues,
    retryAfterMs: 1500,
  })
})

test('[X5] an answer that is not tRPC, e.g. of a proxy, is an unreachable server', () => {
  expect(errorToFailure(new TypeError('Failed to fetch')).kind).toBe('unreachable')
  expect(errorToFailure(TRPCClientError.from(new SyntaxError('Unexpected token <'))).kind).toBe('unreachable')
})

test('an ended session is found also as the cause of another error', () => {
  expect(errorToFailure(TRPCClientError.from(new SignedOutError('ended'))).kind).toBe('signed-out')
})

test.each([
  'AbortSignal.timeout is not a function',
  "Cannot read properties of undefined (reading 'map')",
  'undefined is not an object (evaluating "a.b")',
])('a programming error is not an unreachable server: %s', (message) => {
  const error = TRPCClientError.from(new TypeError(message))
  expect(errorToFailure(error)).toMatchObject({ kind: 'refused', code: null, message })
})

test.each(['Failed to fetch', 'fetch failed', 'Load failed', 'NetworkError when attempting to fetch resource.', 'terminated'])(
  'a network failure is an unreachable server, although it is a TypeError: %s',
  (message) => {
    expect(errorToFailure(TRPCClientError.from(new TypeError(message))).kind).toBe('unreachable')
  },
)
