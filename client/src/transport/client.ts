import type { AppRouter } from '@holdfast/server'
import { createTRPCClient, httpBatchLink, httpLink, retryLink, splitLink, type TRPCClient, type TRPCLink } from '@trpc/client'
import { createOutbox, type Outbox } from '../outbox/outbox.ts'
import { createOutboxStorage } from '../outbox/outbox-storage.ts'
import type { ConnectionStore } from './connection.ts'
import { urlToEndpoints } from './endpoints.ts'
import { createEventSourceCarrierFactory, type EventSourceConstructor } from './event-source-carrier.ts'
import { errorToFailure } from './failure.ts'
import { isHttpReachable, isWebSocketReachable } from './reachability.ts'
import { createSubscriptionLink } from './subscription-link.ts'
import type { TokenSource } from './token-source.ts'
import { watchWaking } from './waking.ts'
import { createWebSocketCarrierFactory, type WebSocketConstructor } from './web-socket-carrier.ts'

const maxBatchItems = 10
/** A request that hangs on a dead line is given up; every command can be repeated. */
const requestTimeoutMs = 20_000
const maxKeptBodyLength = 16_000

export interface HoldfastClient {
  /** Every procedure of the server. Subscriptions go on by themselves after an interruption, from their last event. */
  readonly trpc: TRPCClient<AppRouter>
  readonly connection: ConnectionStore
  /** What was sent and has not arrived yet. */
  readonly outbox: Outbox
  /** Ends every subscription and closes the connection. */
  readonly close: () => void
}

export interface ConnectOptions {
  readonly url: string
  readonly tokens: TokenSource
  readonly onSignedOut: () => void
  readonly webSocket: WebSocketConstructor | undefined
  readonly eventSource: EventSourceConstructor | undefined
}

export interface ConnectedClient extends HoldfastClient {
  /** After a sign-in or sign-out: nothing goes on with the old token. */
  readonly reconnect: () => void
}

export function connectClient(options: ConnectOptions): ConnectedClient {
  const { tokens } = options
  const endpoints = urlToEndpoints(options.url)
  const WebSocket = options.webSocket ?? globalThis.WebSocket

  const subscriptions = createSubscriptionLink({
    tokens,
    createWebSocketCarrier: WebSocket ? createWebSocketCarrierFactory({ url: endpoints.webSocket, WebSocket, tokens }) : null,
    createEventSourceCarrier: createEventSourceCarrierFactory({
      url: endpoints.http,
      tokens,
      EventSource: options.eventSource,
    }),
    isReachableOverHttp: () => isHttpReachable(endpoints.http, tokens),
    canOpenWebSocket: () => isWebSocketReachable(endpoints.webSocket, WebSocket),
    onSignedOut: options.onSignedOut,
    // Node's `navigator` does not say.
    isOnline: () => globalThis.navigator?.onLine !== false,
  })
  const forgetWaking = watchWaking(subscriptions.check)

  const trpc = createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: subscriptions.link,
        false: [createRenewalLink(tokens, options.onSignedOut), createRequestLink(endpoints.http, tokens)],
      }),
    ],
  })
  const outbox = createOutbox({
    storage: createOutboxStorage(tokens.userId),
    create: (command) => trpc.conversations.create.mutate(command),
    send: (command) => trpc.messages.send.mutate(command),
    connection: subscriptions.connection,
  })

  return {
    trpc,
    connection: subscriptions.connection,
    outbox,
    reconnect: () => {
      tokens.forget()
      subscriptions.restart()
    },
    close: () => {
      forgetWaking()
      outbox.close()
      subscriptions.close()
    },
  }
}

/** A token can be refused that looked good, e.g. when the device slept: once more with a new one, then a person is asked. */
function createRenewalLink(tokens: TokenSource, onSignedOut: () => void): TRPCLink<AppRouter> {
  return retryLink({
    retry: ({ error, attempts }) => {
      if (errorToFailure(error).kind !== 'signed-out') return false
      if (attempts > 1) {
        onSignedOut()
        return false
      }
      void tokens.get().then(tokens.refused, () => {})
      return true
    },
    // Gives the line above its turn before the headers are asked for.
    retryDelayMs: () => 1,
  })
}

/** A command that was given just before the page goes away still arrives; browsers allow that for 64 KiB at a time. */
function isSmallCommand(init: { readonly method?: string; readonly body?: unknown } | undefined): boolean {
  return init?.method === 'POST' && typeof init.body === 'string' && init.body.length < maxKeptBodyLength
}

function createRequestLink(url: string, tokens: TokenSource): TRPCLink<AppRouter> {
  const headers = async () => ({ authorization: `Bearer ${await tokens.get()}` })
  return splitLink({
    // It answers when the model has: that takes as long as it takes, and nobody else waits for it.
    condition: (operation) => operation.path === 'messages.complete',
    true: httpLink({ url, headers }),
    false: httpBatchLink({
      url,
      headers,
      maxItems: maxBatchItems,
      fetch: (input, init) => {
        const timeout = AbortSignal.timeout(requestTimeoutMs)
        return fetch(input, {
          ...(init as RequestInit),
          keepalive: isSmallCommand(init),
          signal: init?.signal ? AbortSignal.any([init.signal as AbortSignal, timeout]) : timeout,
        })
      },
    }),
  })
}
