import { EventSource } from 'eventsource'
import {
  createTRPCClient,
  createWSClient,
  httpLink,
  httpSubscriptionLink,
  splitLink,
  wsLink,
  type TRPCClient,
} from '@trpc/client'
import { WebSocket, type ClientOptions } from 'ws'
import { createApp, type App, type AppOverrides } from '../src/app/app.ts'
import { environmentToConfig, type Config } from '../src/config/config.ts'
import type { Database } from '../src/platform/database/database.ts'
import { openPglite } from '../src/platform/database/open-pglite.ts'
import { openPostgres } from '../src/platform/database/open-postgres.ts'
import { createSecretMask } from '../src/platform/hide-secrets.ts'
import { createLogger } from '../src/platform/logger.ts'
import type { AppRouter } from '../src/api/app-router.ts'
import { createMigratedDatabase } from './create-postgres-database.ts'
import { createMemoryDatabase } from './memory-database.ts'
import { createScriptedProvider, httpError, text, type Answer, type ScriptedProvider } from './scripted-provider/index.ts'

export interface TestApp extends AsyncDisposable {
  readonly url: string
  readonly app: App
  /** The server's database, for tests that read or write it directly. */
  readonly database: Database
  /** The model: a provider on a real socket that does what a test tells it. */
  readonly provider: ScriptedProvider
  /** The server's log, one object a line. */
  readonly logs: readonly Record<string, unknown>[]
  /** Signs in as a new guest. */
  readonly createUser: () => Promise<TestUser>
}

export interface TestUser {
  readonly token: string
  readonly cookie: string
  /** Commands over HTTP, subscriptions over WebSocket. */
  readonly client: TRPCClient<AppRouter>
  /** Everything over HTTP, subscriptions as SSE. */
  readonly sseClient: TRPCClient<AppRouter>
  /** Drops the socket as a network would. */
  readonly dropSocket: () => void
  /** The sockets that are open, to look at them or to stop reading. */
  readonly sockets: () => readonly WebSocket[]
  readonly close: () => Promise<void>
}

export interface TestAppOptions {
  /** The model's answer; by default the last user message determines it: `tokens 20 at 100`, `say Hello`, `error 503`, … */
  readonly model?: string | Answer
  readonly env?: Readonly<Record<string, string>>
  readonly overrides?: AppOverrides
  /** Uses this provider, and leaves it open, instead of one of its own. */
  readonly provider?: ScriptedProvider
}

/**
 * A whole server on a free port of this machine with a scripted model, ready in about a second. Everything is in memory and gone with
 * `await using`. With `TEST_POSTGRES_URL` it runs on a new database there instead.
 */
export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  await using stack = new AsyncDisposableStack()
  const provider = options.provider ?? stack.use(await createScriptedProvider())
  if (options.model) provider.script(typeof options.model === 'string' ? text(options.model) : options.model)
  // A title would come at any moment after the first answer; tests of titles script it.
  if (!options.provider) provider.scriptCompletion(httpError(503))
  const config = createTestConfig(provider, { ...(await createDatabaseEnv()), ...options.env })
  const logs: Record<string, unknown>[] = []
  const secretMask = createSecretMask()
  const logger = createLogger('debug', { write: (line) => logs.push(JSON.parse(line)) }, secretMask)
  const database = options.overrides?.database ?? (await openTestDatabase(config))
  const app = stack.use(
    await createApp(config, {
      logger,
      secretMask,
      authLimits: { signIn: 100_000, failedSignIns: 100_000, signUp: 100_000, links: 100_000, guests: 100_000, others: 100_000 },
      ...options.overrides,
      database,
    }),
  )
  const users: TestUser[] = []
  stack.defer(async () => {
    await Promise.all(users.map((user) => user.close()))
  })
  const opened = stack.move()
  return {
    url: app.url,
    app,
    database,
    provider,
    logs,
    createUser: async () => {
      const user = await createTestUser(app.url)
      users.push(user)
      return user
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

async function createDatabaseEnv(): Promise<Record<string, string>> {
  const adminUrl = process.env['TEST_POSTGRES_URL']
  return adminUrl ? { DATABASE_URL: await createMigratedDatabase(adminUrl) } : {}
}

function openTestDatabase(config: Config): Promise<Database> {
  if (config.databaseUrl !== null) return openPostgres(config.databaseUrl)
  return config.dataDir === null ? createMemoryDatabase() : openPglite(config.dataDir)
}

export function createTestConfig(provider: { baseUrl: string }, env: Readonly<Record<string, string>> = {}): Config {
  const config = environmentToConfig({
    PORT: '0',
    OPENAI_BASE_URL: provider.baseUrl,
    OPENAI_MODEL: 'scripted-1',
    MESSAGES_PER_MINUTE: '100000',
    CALLS_PER_MINUTE: '100000000',
    BETTER_AUTH_SECRET: 'a secret that is only used in tests, 32+ characters',
    ...env,
  })
  return env['DATA_DIR'] === undefined ? { ...config, dataDir: null } : config
}

export async function createTestUser(url: string, options: ConnectOptions = {}): Promise<TestUser> {
  const signIn = await fetch(`${url}/api/auth/sign-in/anonymous`, { method: 'POST' })
  if (!signIn.ok) throw new Error(`signing in as a guest failed: ${signIn.status} ${await signIn.text()}`)
  const cookie = signIn.headers
    .getSetCookie()
    .map((value) => value.split(';', 1)[0])
    .join('; ')
  const readToken = async () =>
    ((await (await fetch(`${url}/api/auth/token`, { headers: { cookie } })).json()) as { token: string }).token
  let token = await readToken()
  let readAtMs = performance.now()
  const getToken = async () => {
    if (performance.now() - readAtMs > renewAfterMs) {
      token = await readToken()
      readAtMs = performance.now()
    }
    return token
  }
  return { cookie, ...connect(url, token, getToken, options) }
}

/** A token lives for five minutes: a test that stops at a breakpoint continues with a new one. */
const renewAfterMs = 3 * 60_000

export interface ConnectOptions {
  /** Pings the server and closes a socket on which no pong comes, as the page does. Without it a half-open socket stays open. */
  readonly keepAlive?: { readonly intervalMs: number; readonly pongTimeoutMs: number }
}

/** Clients for a token. `getToken` gives the one to use from then on; without it the token is used until it expires. */
export function connect(
  url: string,
  token: string,
  getToken = async () => token,
  { keepAlive }: ConnectOptions = {},
): Omit<TestUser, 'cookie'> {
  const headers = async () => ({ authorization: `Bearer ${await getToken()}` })
  const sockets = new Set<WebSocket>()
  // The types do not have it yet.
  const socketOptions: ClientOptions & { closeTimeout?: number } = keepAlive ? { closeTimeout: 2_000 } : {}
  class RememberedSocket extends WebSocket {
    constructor(address: string | URL) {
      // A half-open socket never answers a close either; browsers wait for it as briefly.
      super(address, socketOptions)
      sockets.add(this)
      this.once('close', () => sockets.delete(this))
    }
  }
  const socketClient = createWSClient({
    url: `${url.replace('http', 'ws')}/trpc`,
    WebSocket: RememberedSocket as unknown as typeof globalThis.WebSocket,
    connectionParams: async () => ({ token: await getToken() }),
    retryDelayMs: () => 20,
    lazy: { enabled: true, closeMs: 0 },
    ...(keepAlive && { keepAlive: { enabled: true, ...keepAlive } }),
  })
  const http = httpLink({ url: `${url}/trpc`, headers })
  const client = createTRPCClient<AppRouter>({
    links: [splitLink({ condition: (op) => op.type === 'subscription', true: wsLink({ client: socketClient }), false: http })],
  })
  const sseClient = createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (op) => op.type === 'subscription',
        true: httpSubscriptionLink({
          url: `${url}/trpc`,
          EventSource,
          eventSourceOptions: {
            fetch: async (input, init) => fetch(input, { ...init, headers: { ...init?.headers, ...(await headers()) } }),
          },
        }),
        false: http,
      }),
    ],
  })
  return {
    token,
    client,
    sseClient,
    dropSocket: () => {
      for (const socket of sockets) socket.terminate()
    },
    sockets: () => [...sockets],
    close: async () => {
      await socketClient.close()
    },
  }
}
