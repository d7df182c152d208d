import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from '@modelcontextprotocol/client'
import { errorToCodes } from '../platform/error-codes.ts'
import type { ToolOutcome } from '../tools/tool-runner.ts'
import { GuardError } from './guarded-fetch.ts'

const maxMessageLength = 1_000

/** Errors of the network that come before a request is on its way. */
const unsentCodes =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EACCES|ENOENT|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_\w+|ERR_SSL_\w+|CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+)$/u

/** A sentence for users about a server that cannot be used. It holds no internal details. */
export function errorToSentence(error: unknown): string {
  if (error instanceof SdkHttpError) {
    if (error.status === 401 || error.status === 403) return 'It refused our credentials.'
    return `It answered with HTTP status ${error.status}.`
  }
  if (error instanceof GuardError) {
    return error.kind === 'redirect' ? 'It redirects to another address, which is not followed.' : 'Its answer was too large.'
  }
  if (error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout) return 'It did not answer in time.'
  if (error instanceof SdkError && error.code === SdkErrorCode.ConnectionClosed) return 'It closed the connection.'
  const code = findCode(error)
  if (code === 'ENOENT' || code === 'EACCES') return 'Its program could not be started.'
  if (code !== null) return 'It cannot be reached.'
  return 'It did not answer as an MCP server does.'
}

/**
 * The outcome of a call that threw. It is an error only when the call certainly did not happen, or when the server itself answered with
 * one. In all other cases it is unknown whether it happened, and it must not be repeated without checking.
 */
export function thrownToOutcome(
  error: unknown,
  call: { server: string; timeoutMs: number; signal: AbortSignal },
): ToolOutcome | { readonly unknown: string } {
  const { server, timeoutMs, signal } = call
  if (error instanceof ProtocolError) return { error: error.message.slice(0, maxMessageLength) }
  if (error instanceof SdkHttpError && error.status >= 400 && error.status < 500 && error.status !== 408) {
    return { error: `The server ${server} refused the call. ${errorToSentence(error)}` }
  }
  if (error instanceof SdkError && error.code === SdkErrorCode.NotConnected) return notReached(server)
  if (error instanceof SdkError && error.code === SdkErrorCode.UnsupportedResultType) {
    return { error: `The server ${server} asks for more than this program can give it. The call was not finished.` }
  }
  if (unsentCodes.test(findCode(error) ?? '')) return notReached(server)
  if (signal.aborted) return { unknown: `It was stopped before ${server} answered.` }
  if (error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout) {
    return { unknown: `${server} did not answer within ${timeoutMs / 1000} s.` }
  }
  if (error instanceof GuardError && error.kind === 'too-large')
    return { unknown: `The answer of ${server} was too large to read.` }
  return { unknown: `The connection to ${server} broke before it answered.` }
}

export function notReached(server: string): { error: string } {
  return { error: `The server ${server} cannot be reached at the moment. Nothing was done.` }
}

/** The outermost code of the network or the system. The SDK's own errors have codes of another kind. */
function findCode(error: unknown): string | null {
  const isOfSdk = (current: Error) => current instanceof SdkError || current instanceof ProtocolError
  return errorToCodes(error, isOfSdk)[0] ?? null
}
