import { createTRPCClient, createWSClient, wsLink } from '@trpc/client'
import { WebSocket } from 'ws'
import type { BareRouter } from './bare-trpc-server.ts'

/** Clients of the bare server, with a socket each. */
export function connectBare(url: string) {
  const sockets = new Set<WebSocket>()
  class RememberedSocket extends WebSocket {
    constructor(address: string | URL) {
      super(address)
      sockets.add(this)
      this.once('close', () => sockets.delete(this))
    }
  }
  const socket = createWSClient({
    url: url.replace('http', 'ws'),
    WebSocket: RememberedSocket as unknown as typeof globalThis.WebSocket,
    retryDelayMs: () => 20,
  })
  const client = createTRPCClient<BareRouter>({ links: [wsLink({ client: socket })] })
  return {
    client,
    dropSocket: () => {
      for (const each of sockets) each.terminate()
    },
    close: () => socket.close(),
  }
}
