import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PGlite } from '@electric-sql/pglite'
import { migratePglite, schema } from '@holdfast/drizzle'
import { drizzle } from 'drizzle-orm/pglite'
import type { RequestHandler } from 'express'
import type { OidcProvider } from '../src/config/oidc-providers.ts'
import type { TrustedIssuer } from '../src/config/trusted-issuers.ts'
import { openAudit, type Audit } from '../src/audit/open-audit.ts'
import type { ServerSettings } from '@holdfast/shared'
import { createDefaultSettings } from '../src/settings/default-settings.ts'
import type { Auth, Audience } from '../src/auth/auth.ts'
import type { AuthLimits } from '../src/auth/auth-limits.ts'
import { authorizationToToken } from '../src/auth/bearer-token.ts'
import { createAuth } from '../src/auth/create-auth.ts'
import { createOriginPolicy, type OriginPolicy } from '../src/auth/origin-policy.ts'
import { createLocalBus } from '../src/platform/bus/local-bus.ts'
import type { Bus } from '../src/platform/bus/bus.ts'
import type { Clock } from '../src/platform/clock.ts'
import type { Queries } from '../src/platform/database/database.ts'
import { createHttpApp } from '../src/http/create-http-app.ts'
import type { Readiness } from '../src/http/health.ts'
import { createHttpServer } from '../src/http/http-server.ts'
import type { Mailer } from '../src/platform/mailer.ts'
import { createLogger, type Logger } from '../src/platform/logger.ts'

export const testSecret = 'a secret of the tests that has more than enough characters'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The session cookie that the answer sets, as a `Cookie` header. Null: it sets none, or removes it. */
  readonly cookie: string | null
  readonly json: () => Record<string, unknown>
}

export interface SendOptions {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly cookie?: string | null
  readonly token?: string
  readonly body?: unknown
}

export interface AuthServer extends AsyncDisposable {
  readonly port: number
  readonly auth: Auth
  readonly origins: OriginPolicy
  readonly bus: Bus
  readonly queries: Queries
  /** What an administrator has set; a test changes it in place. */
  readonly settings: ServerSettings
  readonly logger: Logger
  readonly audit: Audit
  readonly clock: Clock & { offsetMs: number }
  /** Everything logged, as JSON lines. */
  readonly log: string[]
  /** A request with nothing but what is asked for; an object as body is sent as JSON. POST when there is a body. */
  readonly send: (path: string, options?: SendOptions) => Promise<Answer>
  /** A new guest's session cookie. */
  readonly guest: () => Promise<string>
  /** A JWT for a session. */
  readonly token: (cookie: string, audience?: Audience) => Promise<string>
}

export interface AuthServerOptions {
  readonly publicUrl?: string
  readonly corsOrigins?: readonly string[]
  readonly trustedProxies?: readonly string[]
  readonly trustedIssuers?: readonly TrustedIssuer[]
  readonly oidcProviders?: readonly OidcProvider[]
  readonly mailer?: Pick<Mailer, 'send'>
  readonly limits?: Partial<AuthLimits>
  readonly pglite?: PGlite
  /** Default true: the first visitor owns the server. */
  readonly isForThisMachine?: boolean
  readonly settings?: Partial<ServerSettings>
  readonly trpc?: RequestHandler
  readonly mcp?: RequestHandler
  readonly page?: RequestHandler
  readonly checkReadiness?: Readiness
}

/** An empty database in memory, migrated. Takes seconds: share one per test file. */
export async function createTestPglite(): Promise<PGlite> {
  const pglite = await PGlite.create()
  await migratePglite(pglite)
  return pglite
}

/**
 * The HTTP front with accounts and tokens on a free port; in place of tRPC something that says whose token it was
 * given.
 */
export async function createAuthServer(options: AuthServerOptions = {}): Promise<AuthServer> {
  const pglite = options.pglite ?? (await createTestPglite())
  const queries = drizzle(pglite, { schema, casing: 'snake_case' })
  const log: string[] = []
  const logger = createLogger('trace', { write: (line) => void log.push(line) })
  const clock = { offsetMs: 0, now: () => new Date(Date.now() + clock.offsetMs) }
  const bus = createLocalBus()
  const origins = createOriginPolicy({
    publicUrl: new URL(options.publicUrl ?? 'http://127.0.0.1:3000'),
    corsOrigins: options.corsOrigins ?? [],
  })
  const audit = openAudit({ database: { queries }, clock, logger, retentionDays: () => null })
  const { isForThisMachine = true } = options
  const settings = { ...createDefaultSettings({ isForThisMachine, messagesPerMinute: 60 }), ...options.settings }
  const auth = await createAuth({
    config: {
      authSecret: testSecret,
      dataDir: null,
      isForThisMachine,
      trustedIssuers: options.trustedIssuers ?? [],
      oidcProviders: options.oidcProviders ?? [],
    },
    clock,
    database: { kind: 'pglite', queries },
    bus,
    logger,
    audit,
    origins,
    settings: { current: () => settings },
    mailer: options.mailer ?? null,
    limits: { links: 10_000, signIn: 10_000, signUp: 10_000, guests: 10_000, others: 10_000, ...options.limits },
  })
  const { mcp, page } = options
  const app = createHttpApp({
    auth,
    logger,
    origins,
    trustedProxies: options.trustedProxies ?? [],
    trpc: options.trpc ?? whoAmI(auth, 'api'),
    mcp: mcp ?? whoAmI(auth, 'mcp'),
    ...(page ? { page } : {}),
    checkReadiness: options.checkReadiness ?? (async () => []),
  })
  const server = createHttpServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  const send: AuthServer['send'] = (path, init = {}) => sendTo(port, path, init)
  return {
    port,
    auth,
    origins,
    bus,
    queries,
    settings,
    logger,
    audit,
    clock,
    log,
    send,
    guest: async () => {
      const { cookie, status, text } = await send('/api/auth/sign-in/anonymous', { method: 'POST' })
      if (cookie === null) throw new Error(`No guest: ${status} ${text}`)
      return cookie
    },
    token: async (cookie, audience = 'api') => {
      const answer = await send(`/api/auth/token?audience=${audience}`, { cookie })
      const { token } = answer.json()
      if (typeof token !== 'string') throw new Error(`No token: ${answer.status} ${answer.text}`)
      return token
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await audit[Symbol.asyncDispose]()
      await bus.close()
      if (!options.pglite) await pglite.close()
    },
  }
}

export function sendTo(port: number, path: string, init: SendOptions): Promise<Answer> {
  const isText = typeof init.body === 'string' || Buffer.isBuffer(init.body)
  const body = init.body === undefined || isText ? (init.body as string | Buffer | undefined) : JSON.stringify(init.body)
  const headers: OutgoingHttpHeaders = {
    ...(body === undefined || init.headers?.['transfer-encoding'] ? {} : { 'content-length': Buffer.byteLength(body) }),
    ...(body === undefined || isText ? {} : { 'content-type': 'application/json' }),
    ...(init.cookie ? { cookie: init.cookie } : {}),
    ...(init.token === undefined ? {} : { authorization: `Bearer ${init.token}` }),
    ...init.headers,
  }
  const method = init.method ?? (body === undefined ? 'GET' : 'POST')
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          cookie: toCookie(response.headers['set-cookie'] ?? []),
          json: () => JSON.parse(text) as Record<string, unknown>,
        })
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}

function toCookie(lines: readonly string[]): string | null {
  const line = lines.find((candidate) => candidate.includes('session_token='))
  const pair = line?.split(';', 1)[0]
  return pair === undefined || pair.endsWith('=') ? null : pair
}

function whoAmI(auth: Auth, audience: Audience): RequestHandler {
  return async (request, response) => {
    const token = authorizationToToken(request.headers.authorization)
    const user = token === null ? null : await auth.verifyToken(token, audience)
    response.status(user ? 200 : 401).json({ user })
  }
}
