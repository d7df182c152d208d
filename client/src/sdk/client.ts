import type { AppRouter } from '@holdfast/server'
import type { Id } from '@holdfast/shared'
import {
  createTRPCClient,
  httpBatchLink,
  httpLink,
  retryLink,
  splitLink,
  type Operation,
  type TRPCClient,
  type TRPCLink,
} from '@trpc/client'
import { observable } from '@trpc/server/observable'
import { basePath } from '../lib/base-path.ts'
import { v7 as uuidv7 } from 'uuid'
import { createFilesInMemory, openDeviceFiles } from '../lib/device-files.ts'
import {
  createDeviceStorage,
  createStorageInMemory,
  openDeviceStorage,
  type DeviceStorage,
  type KeyValueStorage,
} from '../lib/device-storage.ts'
import { createValueStore, type ReadableStore } from '../lib/value-store.ts'
import { createConversationStore, type ConversationStore, type StoreOptions } from './conversation-store/conversation-store.ts'
import { createCommandStorage } from './durable-commands/command-storage.ts'
import { createOwner } from './durable-commands/owner.ts'
import { createOutbox, type Outbox } from './outbox/outbox.ts'
import { readStoredItem } from './outbox/outbox-item.ts'
import type { ConnectionStore } from './transport/connection.ts'
import { urlToEndpoints } from './transport/endpoints.ts'
import { createEventSourceTransportFactory, type EventSourceConstructor } from './transport/event-source-transport.ts'
import { createReporter, type Diagnostic } from './transport/diagnostics.ts'
import { errorToFailure, isOwnerChange } from './transport/failure.ts'
import { isHttpReachable, isWebSocketReachable } from './transport/reachability.ts'
import { createSubscriptionLink } from './transport/subscription-link.ts'
import { OwnerChangedError, type TokenSource } from './transport/token-source.ts'
import { watchHidden, watchWakeup } from './transport/wakeup.ts'
import { createUploads, type Uploads } from './uploads/uploads.ts'
import { createWebSocketTransportFactory, type WebSocketConstructor } from './transport/web-socket-transport.ts'

const maxBatchItems = 10
/** A request on a dead connection is given up; every command can be repeated. */
const requestTimeoutMs = 20_000
const maxKeptBodyLength = 16_000

export interface HoldfastClient {
  /** Every procedure of the server. Interrupted subscriptions resume by themselves, from their last event. */
  readonly trpc: TRPCClient<AppRouter>
  readonly connection: ConnectionStore
  /** Opens a conversation and follows it until the store is closed. Without an id it is a new one, which its first message makes. */
  readonly openConversation: (conversationId?: Id, options?: StoreOptions) => ConversationStore
  /** The user whose token is used; until the server has given one, the last user of this device. Null: not known yet. */
  readonly userId: ReadableStore<string | null>
  /** Where unsent messages and drafts are kept. */
  readonly storage: DeviceStorage
  /** Messages that were sent and have not arrived yet. */
  readonly outbox: Outbox
  /** Files on their way. A message names them by their ids, and waits for them. */
  readonly uploads: Uploads
  /**
   * Calls a route of the server that is no procedure, such as `/api/voice/speech`, with the user's token.
   * @param path from the server's root on
   */
  readonly request: (path: string, init: RequestInit) => Promise<Response>
  /** Ends every subscription and closes the connection. */
  readonly close: () => void
}

export interface ConnectOptions {
  readonly url: string
  readonly tokens: TokenSource
  readonly onSignedOut: () => void
  readonly fetch?: typeof globalThis.fetch | undefined
  readonly storage?: KeyValueStorage | undefined
  readonly webSocket: WebSocketConstructor | undefined
  readonly eventSource: EventSourceConstructor | undefined
  readonly transport?: 'auto' | 'websocket' | 'sse' | undefined
  readonly onDiagnostic?: ((diagnostic: Diagnostic) => void) | undefined
}

export interface ConnectedClient extends HoldfastClient {
  /** Drops the token and reconnects: after a sign-in or sign-out. */
  readonly reconnect: () => void
}

export function connectClient(options: ConnectOptions): ConnectedClient {
  const { tokens, storage: ownStorage } = options
  // Looked up for each request: a page may replace it.
  const fetch = options.fetch ?? ((...request: Parameters<typeof globalThis.fetch>) => globalThis.fetch(...request))
  const endpoints = urlToEndpoints(options.url)
  const { transport = 'auto' } = options
  const WebSocket = transport === 'sse' ? undefined : (options.webSocket ?? globalThis.WebSocket)

  const report = createReporter(options.onDiagnostic)
  const hidden = watchHidden()
  const isReachable = async () => await isHttpReachable(endpoints.http, tokens, fetch)
  const subscriptions = createSubscriptionLink({
    tokens,
    createWebSocketTransport: WebSocket ? createWebSocketTransportFactory({ url: endpoints.webSocket, WebSocket, tokens }) : null,
    createEventSourceTransport: createEventSourceTransportFactory({
      url: endpoints.http,
      tokens,
      EventSource: options.eventSource,
      fetch,
      isReachable,
    }),
    isReachableOverHttp: async () => transport === 'auto' && (await isReachable()),
    canOpenWebSocket: async () => WebSocket !== undefined && (await isWebSocketReachable(endpoints.webSocket, WebSocket)),
    onSignedOut: options.onSignedOut,
    // Node's `navigator` does not say.
    isOnline: () => globalThis.navigator?.onLine !== false,
    hiddenSince: hidden.since,
    report,
  })
  const unwatchWakeup = watchWakeup(subscriptions.check)

  const trpc = createTRPCClient<AppRouter>({
    links: [
      createReportLink(report),
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: subscriptions.link,
        false: [
          createOwnerLink(tokens),
          createRenewalLink(tokens, options.onSignedOut),
          createRequestLink(endpoints.http, tokens, fetch),
        ],
      }),
    ],
  })
  const device = ownStorage
    ? createDeviceStorage(() => ownStorage)
    : typeof window === 'undefined'
      ? createStorageInMemory()
      : openDeviceStorage()
  const scope = endpoints.base === `${globalThis.location?.origin}${basePath}` ? '' : `@${endpoints.base}`
  const storage = createCommandStorage({ name: `outbox${scope}`, parse: readStoredItem, device })
  const owner = createOwner({
    userId: tokens.userId,
    storage,
    device,
    scope,
    older: createCommandStorage({ name: 'outbox', parse: readStoredItem, device }),
  })
  const uploads = createUploads({
    files: typeof window === 'undefined' ? createFilesInMemory() : openDeviceFiles(`holdfast${scope}`),
    owner,
    tokens,
    connection: subscriptions.connection,
    endpoint: `${endpoints.base}/api/uploads`,
    getFile: (fileId) => trpc.files.get.query({ fileId }),
    deleteFile: (fileId) => trpc.files.delete.mutate({ fileId }),
    // Loaded with the first file.
    sendBytes: async (upload) => (await import('./uploads/send-bytes.ts')).sendBytes(upload),
  })
  const outbox = createOutbox({
    storage,
    owner,
    uploads,
    create: (command) => trpc.conversations.create.mutate(command),
    send: (command) => trpc.messages.send.mutate(command),
    connection: subscriptions.connection,
  })

  const parts = { trpc, connection: subscriptions.connection, outbox }

  return {
    ...parts,
    uploads,
    openConversation: (conversationId, store = {}) =>
      conversationId === undefined
        ? createConversationStore(parts, uuidv7(), { ...store, isLazy: true })
        : createConversationStore(parts, conversationId, store),
    userId: ownerToUserId(owner),
    storage: device,
    request: async (path, init) => {
      const token = await tokens.get()
      const response = await fetch(endpoints.base + path, {
        ...init,
        headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` },
      })
      if (response.status === 401) tokens.refused(token)
      return response
    },
    reconnect: () => {
      tokens.forget()
      subscriptions.restart()
    },
    close: () => {
      unwatchWakeup()
      hidden.stop()
      outbox.close()
      uploads.close()
      subscriptions.close()
    },
  }
}

/** An owner without a name is not known yet. */
function ownerToUserId(owner: ReadableStore<string>): ReadableStore<string | null> {
  const userId = createValueStore<string | null>(owner.get() || null)
  owner.subscribe(() => userId.set(owner.get() || null))
  return userId
}

const ownerKey = 'ownerId'

/** Records the user of each command, so that a sign-out between the call and the request does not send it as another user. */
function createOwnerLink(tokens: TokenSource): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      next(op.type === 'mutation' ? { ...op, context: { ...op.context, [ownerKey]: tokens.userId.get() } } : op)
}

/** Reports permanent failures. */
function createReportLink(report: (error: unknown) => void): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) =>
        next(op).subscribe({
          ...observer,
          error: (error) => {
            report(error)
            observer.error(error)
          },
        }),
      )
}

/** @throws when one of the commands was given by another user than the one that the token is for */
async function authorize(tokens: TokenSource, operations: readonly Operation[]): Promise<{ authorization: string }> {
  const token = await tokens.get()
  const userId = tokens.userId.get()
  for (const { context } of operations) {
    const ownerId = context[ownerKey] ?? userId
    if (ownerId !== userId) throw new OwnerChangedError('the command belongs to a user who is no longer signed in')
  }
  return { authorization: `Bearer ${token}` }
}

/** A token that looked valid can be refused, e.g. after the device slept: a new one is tried once, then the user is asked to sign in. */
function createRenewalLink(tokens: TokenSource, onSignedOut: () => void): TRPCLink<AppRouter> {
  return retryLink({
    retry: ({ error, attempts }) => {
      // The next user is signed in, and keeps their session.
      if (isOwnerChange(error) || errorToFailure(error).kind !== 'signed-out') return false
      if (attempts > 1) {
        onSignedOut()
        return false
      }
      void tokens.get().then(tokens.refused, () => {})
      return true
    },
    // Lets the refusal above be recorded before the headers are asked for.
    retryDelayMs: () => 1,
  })
}

/** A command that is sent just before the page is left still arrives; browsers allow that for 64 KiB at a time. */
function isSmallCommand(init: { readonly method?: string; readonly body?: unknown } | undefined): boolean {
  return init?.method === 'POST' && typeof init.body === 'string' && init.body.length < maxKeptBodyLength
}

function createRequestLink(url: string, tokens: TokenSource, fetch: typeof globalThis.fetch): TRPCLink<AppRouter> {
  return splitLink({
    // The response arrives when the model has finished, so there is no time limit and no batch that would delay other calls.
    condition: (operation) => operation.path === 'messages.complete',
    true: httpLink({
      url,
      fetch: (input, init) => fetch(input, init as RequestInit),
      headers: ({ op }) => authorize(tokens, [op]),
    }),
    false: httpBatchLink({
      url,
      headers: ({ opList }) => authorize(tokens, opList),
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
