import { connectClient, type HoldfastClient } from './client.ts'
import { urlToEndpoints } from './endpoints.ts'
import type { EventSourceConstructor } from './event-source-carrier.ts'
import { createSessionTokens } from './session-tokens.ts'
import { createTokenSource } from './token-source.ts'
import type { WebSocketConstructor } from './web-socket-carrier.ts'

export interface HoldfastClientOptions {
  /** Where the server is, e.g. `https://chat.example.com`; empty in a page: its own origin. */
  readonly url: string
  /**
   * Gives a token: a JWT or a personal access token. Asked again when a JWT nears its end, and with `refused: true` when the server
   * did not accept the last one. Without it, the client signs in as a guest and renews the tokens itself.
   */
  readonly getToken?: (options: { readonly refused: boolean }) => string | Promise<string>
  /** The server refuses the tokens, new ones too. */
  readonly onUnauthorized?: () => void
  /** Instead of the runtime's own. */
  readonly webSocket?: WebSocketConstructor
  /** Instead of the `eventsource` package's; its requests must go through the `fetch` of its options. */
  readonly eventSource?: EventSourceConstructor
}

/**
 * A client of a Holdfast server, for pages and for Node. It connects with the first subscription and keeps it going over WebSocket,
 * or over server-sent events where WebSockets do not get through; queries and commands go over HTTP.
 */
export function createHoldfastClient(options: HoldfastClientOptions): HoldfastClient {
  const { getToken } = options
  return connectClient({
    url: options.url,
    tokens: getToken
      ? createTokenSource(async (how) => getToken(how))
      : createSessionTokens({
          base: urlToEndpoints(options.url).base,
          mayBecomeGuest: () => true,
          mayHaveSession: () => typeof document !== 'undefined',
        }),
    onSignedOut: () => options.onUnauthorized?.(),
    webSocket: options.webSocket,
    eventSource: options.eventSource,
  })
}
