import type { AppRouter } from '@holdfast/server'
import { createWSClient, wsLink } from '@trpc/client'
import { createDeferred } from '../../lib/deferred.ts'
import type { Transport, CreateTransport } from './transport.ts'
import type { TokenSource } from './token-source.ts'

export type WebSocketConstructor = typeof globalThis.WebSocket

/** The session behind the socket has ended (CONTRACT: "a revoked session closes it with 4401"). */
const revokedCode = 4401
/** Spreads the reconnects when a server that shuts down asks all its sockets to move. */
const movingSpreadMs = 300

/**
 * Carries all subscriptions over one WebSocket. tRPC's own client moves them without a gap when the server asks for it; a socket that
 * is lost ends this transport: the subscription link decides when and how to reconnect.
 */
export function createWebSocketTransportFactory(options: {
  readonly url: string
  readonly WebSocket: WebSocketConstructor
  readonly tokens: TokenSource
}): CreateTransport {
  return async ({ runtime, events }) => {
    let isLost = false
    let hasOpened = false
    let lastSocket: WebSocket | null = null
    const waitingForSign = new Set<() => void>()

    const lose = (unauthorized: boolean) => {
      if (isLost) return
      isLost = true
      // tRPC is in the middle of handling the same event.
      queueMicrotask(() => events.onLost({ unauthorized }))
    }
    const hear = () => {
      for (const resolve of waitingForSign) resolve()
      events.onHeard()
    }

    class WatchedWebSocket extends options.WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols)
        lastSocket = this
        this.addEventListener('message', hear)
        this.addEventListener('close', (event) => {
          if (event.code === revokedCode) lose(true)
        })
      }
    }

    const client = createWSClient({
      url: options.url,
      WebSocket: WatchedWebSocket,
      connectionParams: async () => ({ token: await options.tokens.get() }),
      retryDelayMs: () => Math.random() * movingSpreadMs,
    })
    const states = client.connectionState.subscribe({
      next: ({ state, error }) => {
        if (state === 'pending' && !hasOpened) {
          hasOpened = true
          events.onOpen()
        } else if (state === 'connecting' && error) {
          lose(false)
        }
      },
    })

    const transport: Transport = {
      operate: wsLink<AppRouter>({ client })(runtime),
      isAlive: (timeoutMs) => {
        if (isLost || lastSocket?.readyState !== options.WebSocket.OPEN) return Promise.resolve(false)
        const { promise, resolve } = createDeferred<boolean>()
        const sign = () => resolve(true)
        const timer = setTimeout(() => resolve(false), timeoutMs)
        waitingForSign.add(sign)
        lastSocket.send('PING')
        return promise.finally(() => {
          clearTimeout(timer)
          waitingForSign.delete(sign)
        })
      },
      close: () => {
        isLost = true
        states.unsubscribe()
        void client.close()
        // A socket that never opened keeps tRPC's own close waiting.
        lastSocket?.close()
      },
    }
    return transport
  }
}
