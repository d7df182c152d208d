import { connectClient, type HoldfastClient } from './client.ts'
import type { KeyValueStorage } from '../lib/device-storage.ts'
import { urlToEndpoints } from './transport/endpoints.ts'
import type { Diagnostic } from './transport/diagnostics.ts'
import type { EventSourceConstructor } from './transport/event-source-transport.ts'
import { createSessionTokens } from './transport/session-tokens.ts'
import { createTokenSource } from './transport/token-source.ts'
import type { WebSocketConstructor } from './transport/web-socket-transport.ts'

/** The runtime's `WebSocket`, or what works like it: the types of the package `ws` differ in what is not used here. */
export type WebSocketClass = new (
  url: string | URL,
  protocols?: string | string[],
) => Pick<WebSocket, 'readyState' | 'send' | 'close'>

export interface HoldfastClientOptions {
  /** Where the server is, e.g. `https://chat.example.com`; empty in a page: its own origin. */
  readonly url: string
  /** A token that does not change while the client is open: a personal access token. */
  readonly token?: string
  /**
   * Instead of `token`, gives one: a JWT or a personal access token. Called again before a JWT expires, and with `refused: true` when the server did not
   * accept the last one. Without either, the client signs in as a guest and renews the tokens itself.
   */
  readonly getToken?: (options: { readonly refused: boolean }) => string | Promise<string>
  /** Called when the server refuses a renewed token too, or the token of a guest that it has just made. */
  readonly onUnauthorized?: () => void
  /** `websocket` and `sse` use only that one; `auto` uses server-sent events where WebSockets do not get through. */
  readonly transport?: 'auto' | 'websocket' | 'sse'
  /** Called once for each fault that only a developer can mend; in development it is on the console, too. */
  readonly onDiagnostic?: (diagnostic: Diagnostic) => void
  /** Instead of the runtime's own, for every request: for runtimes that need another one, proxies, and tests. */
  readonly fetch?: typeof globalThis.fetch
  /**
   * Where unsent messages are kept; a `Storage`, or what works like one (React Native: MMKV). Instead of `localStorage` in a page. Without
   * it, clients outside a page keep them in memory.
   */
  readonly storage?: KeyValueStorage
  /** Instead of the runtime's own. Node 20 has none, and uses server-sent events unless it gets the one of the package `ws`. */
  readonly webSocket?: WebSocketClass
  /** Instead of the `eventsource` package's; its requests must go through the `fetch` of its options. */
  readonly eventSource?: EventSourceConstructor
}

/**
 * A client of a Holdfast server, for pages and for Node 20 or newer. It connects with the first subscription: over WebSocket, or over
 * server-sent events where WebSockets do not get through. Queries and commands go over HTTP.
 */
export function createHoldfastClient(options: HoldfastClientOptions): HoldfastClient {
  const { token, getToken = token === undefined ? undefined : () => token } = options
  return connectClient({
    url: options.url,
    tokens: getToken
      ? createTokenSource(async (how) => getToken(how))
      : createSessionTokens({
          base: urlToEndpoints(options.url).base,
          ...(options.fetch ? { fetch: options.fetch } : {}),
          mayBecomeGuest: () => true,
          mayHaveSession: () => typeof document !== 'undefined',
        }),
    onSignedOut: () => options.onUnauthorized?.(),
    transport: options.transport,
    onDiagnostic: options.onDiagnostic,
    fetch: options.fetch,
    storage: options.storage,
    webSocket: options.webSocket as WebSocketConstructor | undefined,
    eventSource: options.eventSource,
  })
}
