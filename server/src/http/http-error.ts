import type { ErrorRequestHandler, RequestHandler, Response } from 'express'
import type { Logger } from '../logger.ts'
import { requestToId } from './request-id.ts'

const codes: Readonly<Record<number, { code: string; message: string }>> = {
  400: { code: 'BAD_REQUEST', message: 'The request could not be read' },
  403: { code: 'FORBIDDEN', message: 'Not allowed from this page' },
  404: { code: 'NOT_FOUND', message: 'There is nothing here' },
  405: { code: 'METHOD_NOT_SUPPORTED', message: 'Not with this method' },
  413: { code: 'PAYLOAD_TOO_LARGE', message: 'The request is too large' },
  415: { code: 'UNSUPPORTED_MEDIA_TYPE', message: 'Send JSON, as application/json and not compressed' },
  421: {
    code: 'MISDIRECTED_REQUEST',
    message: 'The server does not answer under this name. If it should, set PUBLIC_URL to the address that people use',
  },
}
const unexpected = { code: 'INTERNAL_SERVER_ERROR', message: 'Something went wrong on the server' }

/**
 * Every refusal outside tRPC and better-auth has this shape: `{ code, message, requestId }` and nothing of what went
 * wrong inside.
 */
export function refuse(response: Response, status: number): void {
  response.status(status).json({ ...(codes[status] ?? unexpected), requestId: requestToId(response.req) })
}

export function createNotFound(): RequestHandler {
  return (_request, response) => refuse(response, 404)
}

/**
 * What a middleware threw: one of Express' own refusals (a body too large, …) keeps its status, everything else is a
 * 500.
 */
export function createErrorHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const status = errorToStatus(error)
    if (status >= 500) logger.error({ event: 'http-failed', requestId: requestToId(request), err: error }, 'a request failed')
    // Half an answer must not look whole. (Express' own handler would print the error as well.)
    if (response.headersSent) response.destroy()
    else refuse(response, status)
  }
}

function errorToStatus(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  return typeof status === 'number' && status >= 400 && status < 500 && status in codes ? status : 500
}
