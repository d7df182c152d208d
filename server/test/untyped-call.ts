import { createTRPCUntypedClient, createWSClient, httpLink, httpSubscriptionLink, TRPCClientError, wsLink } from '@trpc/client'
import { EventSource } from 'eventsource'
import { WebSocket } from 'ws'
import type { AppRouter } from '../src/api/app-router.ts'
import type { ProcedureRow } from './procedure-row.ts'
import { errorToRefused, type Refused } from './refused.ts'

/** The outcome of a call; for a subscription, its first item. */
export type Outcome = { readonly answer: unknown } | { readonly refused: Refused }

/** Calls any procedure with any input, as a client that knows no types would. */
export interface UntypedCaller {
  readonly call: (path: string, type: ProcedureRow['type'], input: unknown) => Promise<Outcome>
  readonly close: () => Promise<void>
}

/** Over HTTP, subscriptions as SSE, with these headers. */
export function callOverHttp(url: string, headers: Readonly<Record<string, string>>): UntypedCaller {
  const address = `${url}/trpc`
  const calls = createTRPCUntypedClient<AppRouter>({ links: [httpLink({ url: address, headers })] })
  const streams = createTRPCUntypedClient<AppRouter>({
    links: [
      httpSubscriptionLink({
        url: address,
        EventSource,
        eventSourceOptions: {
          fetch: (input, init) => fetch(input, { ...init, headers: { ...init?.headers, ...headers } }),
        },
      }),
    ],
  })
  return {
    call: (path, type, input) => callWith(type === 'subscription' ? streams : calls, path, type, input),
    close: async () => {},
  }
}

/** Everything over one WebSocket, which says these things of itself when it opens. */
export function callOverSocket(
  url: string,
  connectionParams: Record<string, string> | null,
  headers: Readonly<Record<string, string>> = {},
): UntypedCaller {
  class SocketWithHeaders extends WebSocket {
    constructor(address: string | URL) {
      super(address, { headers })
    }
  }
  const socket = createWSClient({
    url: `${url.replace('http', 'ws')}/trpc`,
    WebSocket: SocketWithHeaders as unknown as typeof globalThis.WebSocket,
    connectionParams,
    lazy: { enabled: true, closeMs: 0 },
  })
  const client = createTRPCUntypedClient<AppRouter>({ links: [wsLink({ client: socket })] })
  return { call: (path, type, input) => callWith(client, path, type, input), close: () => socket.close() }
}

async function callWith(
  client: ReturnType<typeof createTRPCUntypedClient<AppRouter>>,
  path: string,
  type: ProcedureRow['type'],
  input: unknown,
): Promise<Outcome> {
  try {
    if (type === 'query') return { answer: await client.query(path, input) }
    if (type === 'mutation') return { answer: await client.mutation(path, input) }
    return { answer: await firstOf(client, path, input) }
  } catch (error) {
    if (error instanceof TRPCClientError) return { refused: errorToRefused(error) }
    throw error
  }
}

function firstOf(client: ReturnType<typeof createTRPCUntypedClient<AppRouter>>, path: string, input: unknown): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const subscription = client.subscription(path, input, {
    onData: resolve,
    onError: reject,
    onComplete: () => reject(new Error('it completed without a word')),
  })
  return promise.finally(() => subscription.unsubscribe())
}
