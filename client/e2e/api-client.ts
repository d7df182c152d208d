import type { AppRouter } from '@holdfast/server'
import { createTRPCClient, createWSClient, httpLink, splitLink, wsLink, type TRPCClient } from '@trpc/client'
import type { BrowserContext } from '@playwright/test'

/** Another client of the user of this browser, such as a script or a phone. */
export interface ApiClient extends AsyncDisposable {
  readonly client: TRPCClient<AppRouter>
  readonly close: () => Promise<void>
}

/** The page must have a session already. */
export async function createApiClient(url: string, context: BrowserContext): Promise<ApiClient> {
  return connectApi(url, await readToken(url, context))
}

/** A token of the user of this browser. */
export async function readToken(url: string, context: BrowserContext): Promise<string> {
  const response = await context.request.get(`${url}/api/auth/token`)
  if (!response.ok()) throw new Error(`the browser has no session: ${response.status()}`)
  return ((await response.json()) as { token: string }).token
}

export function connectApi(url: string, token: string): ApiClient {
  const socket = createWSClient({
    url: `${url.replace('http', 'ws')}/trpc`,
    connectionParams: { token },
    lazy: { enabled: true, closeMs: 0 },
  })
  const client = createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: wsLink({ client: socket }),
        false: httpLink({ url: `${url}/trpc`, headers: { authorization: `Bearer ${token}` } }),
      }),
    ],
  })
  const close = () => socket.close()
  return { client, close, [Symbol.asyncDispose]: close }
}
