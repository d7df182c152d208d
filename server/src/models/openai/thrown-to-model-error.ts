import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai'
import { ModelError } from '../model-error.ts'
import { createModelError, createUnreachableError, toCause } from './model-errors.ts'
import { httpFailureToModelError, providerErrorToModelError } from './provider-error.ts'
import type { ProviderCall } from './provider-call.ts'

/**
 * Converts an error of a call to the one kind of error that leaves this module. The SDK wraps what its `fetch` throws, has classes for
 * some failures and passes others through.
 */
export function thrownToModelError(thrown: unknown, call: ProviderCall): ModelError {
  if (call.signal.aborted && call.signal.reason instanceof ModelError) return call.signal.reason
  const own = findModelError(thrown)
  if (own) return own
  if (call.failure) return httpFailureToModelError(call.failure)
  if (thrown instanceof APIConnectionTimeoutError) return createModelError('provider-timeout', { cause: toCause(thrown) })
  if (thrown instanceof APIConnectionError) return createUnreachableError(thrown)
  if (thrown instanceof APIError) return providerErrorToModelError(thrown.error)
  if (thrown instanceof SyntaxError) return createModelError('provider-malformed')
  return createModelError('internal-error', { cause: thrown })
}

function findModelError(thrown: unknown): ModelError | null {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (error instanceof ModelError) return error
  }
  return null
}
