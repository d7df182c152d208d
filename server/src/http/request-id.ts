import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { v7 as uuidv7 } from 'uuid'

const ids = new WeakMap<IncomingMessage, string>()

/**
 * Names a request, or the request that opened a socket, in logs and answers. Made by the server, never taken from the
 * client.
 */
export function requestToId(request: IncomingMessage): string {
  const id = ids.get(request) ?? uuidv7()
  ids.set(request, id)
  return id
}

/** Sends the id in `X-Request-Id`, so that users can name it when they ask for help. */
export function createRequestIds(): RequestHandler {
  return (request, response, next) => {
    response.setHeader('x-request-id', requestToId(request))
    next()
  }
}
