import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai'
import { ModelError } from '../model-error.ts'
import { createModelError } from './model-errors.ts'
import { httpFailureToModelError, providerErrorToModelError } from './provider-error.ts'
import type { ProviderCall } from './provider-call.ts'

/**
 * Whatever a call threw, as the one kind of error that leaves this module. The SDK wraps what its `fetch` throws, names some
 * failures by class, and lets others pass as they are.
 */
export function thrownToModelError(thrown: unknown, call: ProviderCall): ModelError {
  if (call.signal.aborted && call.signal.reason instanceof ModelError) return call.signal.reason
  const own = findModelError(thrown)
  if (own) return own
  if (call.failure) return httpFailureToModelError(call.failure)
  if (thrown instanceof APIConnectionTimeoutError) return createModelError('provider-timeout', { cause: toCause(thrown) })
  if (thrown instanceof APIConnectionError) return createModelError('provider-unreachable', { cause: toCause(thrown) })
  if (thrown instanceof APIError) return providerErrorToModelError(thrown.error)
  if (thrown instanceof SyntaxError) return createModelError('provider-malformed')
  // undici says `TypeError: terminated` when a socket goes in the middle of a body.
  return createModelError('provider-truncated', { cause: toCause(thrown) })
}

function findModelError(thrown: unknown): ModelError | null {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (error instanceof ModelError) return error
  }
  return null
}

/** The system's own code at the bottom of the chain (ECONNREFUSED, UND_ERR_SOCKET) says what happened; the messages hold addresses. */
function toCause(thrown: unknown): Error {
  let code: unknown
  for (let error = thrown; error instanceof Error; error = error.cause) code = 'code' in error ? (error.code ?? code) : code
  return new Error(typeof code === 'string' ? code : thrown instanceof Error ? thrown.name : typeof thrown)
}
