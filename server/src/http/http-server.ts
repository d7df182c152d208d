import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http'

/**
 * How long a client may take to send a request. None of these limits an answer: a stream may last for hours. Node's
 * defaults leave a client that sends a byte now and then its place for minutes.
 */
const timeouts = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  /** Longer than the usual proxy keeps an idle connection, or it sends a request into one that we are closing. */
  keepAliveTimeout: 65_000,
}
const maxHeaderSize = 16_384

export function createHttpServer(
  listener: RequestListener,
  overrides: Partial<Pick<ServerOptions, keyof typeof timeouts>> = {},
): Server {
  return createServer({ ...timeouts, maxHeaderSize, ...overrides }, listener)
}
