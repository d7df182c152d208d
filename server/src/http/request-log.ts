import type { IncomingMessage, ServerResponse } from 'node:http'
import { pinoHttp } from 'pino-http'
import type { Logger } from '../platform/logger.ts'
import { clientIpHeader } from '../config/client-ip-header.ts'
import { requestToId } from './request-id.ts'

const maxPathLength = 200
/** Probes and the files of the page: a visit has dozens of them. */
const quietPaths = /^\/(?:health|assets)\//u
/** Whoever has the token of a shared link can read it. */
const secretPath = /^(\/(?:share|continue)\/)[^/]+/u

/** One line per answered request: ids, method, path without query, status, time. Never a header, a body or a query. */
export function createRequestLog(logger: Logger) {
  return pinoHttp<IncomingMessage, ServerResponse>({
    logger,
    quietReqLogger: true,
    quietResLogger: true,
    customAttributeKeys: { reqId: 'requestId', responseTime: 'ms' },
    genReqId: requestToId,
    customLogLevel: (request, response) =>
      response.statusCode >= 500 ? 'error' : quietPaths.test(requestToPath(request)) ? 'debug' : 'info',
    customSuccessObject: (request, response, value: { ms: number }) => toLine(request, response, value.ms),
    customErrorObject: (request, response, _error, value: { ms: number }) => toLine(request, response, value.ms),
    customSuccessMessage: () => 'request',
    customErrorMessage: () => 'request',
  })
}

function toLine(request: IncomingMessage, response: ServerResponse, ms: number): Record<string, unknown> {
  return {
    event: 'http-request',
    method: request.method,
    path: requestToPath(request),
    status: response.statusCode,
    ms,
    ip: request.headers[clientIpHeader],
    ...(response.writableFinished ? {} : { hungUp: true }),
  }
}

function requestToPath(request: IncomingMessage): string {
  const url = 'originalUrl' in request ? String(request.originalUrl) : (request.url ?? '')
  return (url.split('?', 1)[0] ?? '').replace(secretPath, '$1…').slice(0, maxPathLength)
}
