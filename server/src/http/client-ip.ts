import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { clientIpHeader } from '../auth/client-ip-header.ts'

/** Headers that a proxy writes and that anybody can. Nothing in the server believes them, and no library shall. */
const forwardedHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip']

/** The address at the other end of the connection, an IPv4 one as such. Empty when the connection is gone. */
export function requestToClientIp(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/iu, '')
}

/** Overwrites what a client claims to be with what it is. */
export function createClientIps(): RequestHandler {
  return (request, _response, next) => {
    for (const header of forwardedHeaders) delete request.headers[header]
    request.headers[clientIpHeader] = requestToClientIp(request)
    next()
  }
}
