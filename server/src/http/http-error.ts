import type { ErrorData, ErrorReason } from '@holdfast/shared'
import type { ErrorRequestHandler, RequestHandler, Response } from 'express'
import type { Logger } from '../platform/logger.ts'
import { requestToId } from './request-id.ts'

const codes: Readonly<Record<number, { code: string; message: string }>> = {
  400: { code: 'BAD_REQUEST', message: 'The request is malformed' },
  401: { code: 'UNAUTHORIZED', message: 'Sign in first: the token is missing or no longer valid' },
  403: { code: 'FORBIDDEN', message: 'Not allowed from this page' },
  404: { code: 'NOT_FOUND', message: 'Not found' },
  405: { code: 'METHOD_NOT_SUPPORTED', message: 'Method not allowed' },
  409: { code: 'CONFLICT', message: 'It is in the way of something else' },
  413: { code: 'PAYLOAD_TOO_LARGE', message: 'The request is too large' },
  422: { code: 'UNPROCESSABLE_CONTENT', message: 'The content cannot be read' },
  429: { code: 'TOO_MANY_REQUESTS', message: 'Too many requests in a short time. Wait a moment, then try again' },
  502: { code: 'BAD_GATEWAY', message: 'Another service failed. Try again in a moment' },
  503: { code: 'SERVICE_UNAVAILABLE', message: 'Not available at the moment. Try again in a moment' },
  504: { code: 'GATEWAY_TIMEOUT', message: 'Another service did not answer in time' },
  415: { code: 'UNSUPPORTED_MEDIA_TYPE', message: 'Send JSON, as application/json and not compressed' },
  421: {
    code: 'MISDIRECTED_REQUEST',
    message: 'The server does not accept requests for this host name. If it should, set PUBLIC_URL to the public address',
  },
}
const unexpected = { code: 'INTERNAL_SERVER_ERROR', message: 'Something went wrong on the server' }

/**
 * Responds with `{ code, message, requestId }`, and with `reason` and `retryAfterMs` where a limit refuses: the shape of every error
 * outside tRPC and better-auth. It holds no internal details.
 */
export function refuse(
  response: Response,
  status: number,
  message?: string,
  data: Pick<ErrorData, 'retryAfterMs'> & { readonly reason?: ErrorReason | undefined } = {},
): void {
  const known = codes[status] ?? unexpected
  response
    .status(status)
    .json({ ...known, ...(message === undefined ? {} : { message }), ...data, requestId: requestToId(response.req) })
}

export function createNotFound(): RequestHandler {
  return (_request, response) => refuse(response, 404)
}

/** Turns what a middleware threw into a response. Express' own errors (a body that is too large, …) keep their status; others are a 500. */
export function createErrorHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const status = errorToStatus(error)
    if (status >= 500) logger.error({ event: 'http-failed', requestId: requestToId(request), err: error }, 'a request failed')
    // A truncated response must not look complete. (Express' own handler would also print the error.)
    if (response.headersSent) response.destroy()
    else refuse(response, status)
  }
}

function errorToStatus(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  return typeof status === 'number' && status >= 400 && status < 500 && status in codes ? status : 500
}
