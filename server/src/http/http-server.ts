import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http'

/**
 * The time that a client has to send a request. None of these limits an answer: a stream may last for hours. Node's
 * defaults let a client that sends a byte now and then keep its connection for minutes.
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
  const server = createServer({ ...timeouts, maxHeaderSize, ...overrides }, listener)
  // From its first byte on: Node takes its own listener away when a request asks for an upgrade, and an error that no listener hears
  // ends the process.
  server.on('connection', (socket) => socket.on('error', () => socket.destroy()))
  return server
}
