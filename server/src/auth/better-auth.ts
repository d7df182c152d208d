import { schema } from '@holdfast/drizzle'
import { betterAuth } from 'better-auth/minimal'
import { APIError, createAuthMiddleware } from 'better-auth/api'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { anonymous } from 'better-auth/plugins'
import { and, eq, lt } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Audit } from '../audit/open-audit.ts'
import type { Bus } from '../platform/bus/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Queries } from '../platform/database/database.ts'
import type { Logger } from '../platform/logger.ts'
import type { Mailer } from '../platform/mailer.ts'
import { createAuthAudit } from './auth-audit.ts'
import type { OidcProvider } from '../config/oidc-providers.ts'
import type { Settings } from '../settings/open-settings.ts'
import { createAuthLog } from './auth-log.ts'
import { createAuthRateLimit, type AuthLimits } from './auth-limits.ts'
import { clientIpHeader } from '../config/client-ip-header.ts'
import { commonPasswordError, isCommonPassword } from './common-passwords.ts'
import type { FailedSignIns } from './failed-sign-ins.ts'
import type { PasswordHashing } from './password-hashing.ts'
import { maxPasswordLength, minPasswordLength } from '@holdfast/shared'
import { createEntryPlugin } from './entry/entry-plugin.ts'
import { createEntryRules } from './entry/entry-rules.ts'
import type { SetUp } from './entry/set-up.ts'
import { createGuestUpgradePlugin } from './guest-upgrade.ts'
import { issuer } from './jwt-verifier.ts'
import { welcomeFirstVisitor } from './first-visitor.ts'
import { callbackPath, createOidcPlugin } from './oidc/oidc-plugin.ts'
import type { CurrentPerson } from './oidc/current-person.ts'
import type { OriginPolicy } from './origin-policy.ts'
import { createPasskeyPlugins } from './passkeys/passkey-plugins.ts'
import { checkProfile } from './profile.ts'
import { revokeAllAccessTokens } from './revoke-access-token.ts'
import { publishRevocation } from './session-revoked.ts'
import { createKeyStore } from './signing-keys.ts'
import { createTwoFactorPlugins } from './two-factor/two-factor-plugins.ts'
import { createTokenPlugin } from './token-endpoint.ts'

const daySeconds = 24 * 60 * 60
const sessionSeconds = 30 * daySeconds
const noteUseAfterMs = 60_000
const endsEverything = new Set(['/change-password', '/revoke-other-sessions'])

export interface BetterAuthDeps {
  readonly queries: Queries
  readonly clock: Clock
  readonly bus: Bus
  readonly logger: Logger
  readonly audit: Pick<Audit, 'record' | 'note' | 'noteOften'>
  readonly origins: OriginPolicy
  readonly limits: AuthLimits
  readonly secret: string
  /** Whoever comes first owns the server. */
  readonly isForThisMachine: boolean
  readonly setUp: SetUp
  readonly failedSignIns: FailedSignIns
  readonly settings: Pick<Settings, 'current'>
  readonly passwords: PasswordHashing
  readonly oidcProviders: readonly OidcProvider[]
  /** Whom a provider has authenticated in the present request. */
  readonly person: CurrentPerson
  /** Null: the server sends no mails. */
  readonly mailer: Pick<Mailer, 'send'> | null
}

const setsPassword = new Set(['/sign-up/email', '/change-password'])
/** We need nothing more of a provider, and what is not kept cannot be stolen. */
const noTokens = { accessToken: null, refreshToken: null, idToken: null, accessTokenExpiresAt: null, refreshTokenExpiresAt: null }
const passwordFields = ['password', 'newPassword']

function bodyToFields(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? { ...body } : {}
}

/** An address from which the account was entered before is let through, so that outsiders cannot lock its owner out. */
async function refuseGuessing(queries: Queries, failed: FailedSignIns, email: string, ip: string): Promise<void> {
  const waitMs = failed.waitMs(email.toLowerCase())
  if (waitMs === 0) return
  const { sessions, users } = schema
  const known = await queries
    .select({ id: sessions.id })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(users.email, email.toLowerCase()), eq(sessions.ipAddress, ip)))
    .limit(1)
  if (known.length > 0) return
  const seconds = Math.ceil(waitMs / 1000)
  const message = `Too many wrong passwords for this account. Try again in ${seconds} s`
  throw new APIError('TOO_MANY_REQUESTS', { code: 'TOO_MANY_REQUESTS', message }, { 'x-retry-after': String(seconds) })
}

/** The part that Holdfast uses. The library's own type refers to names that users of the published package cannot import. */
export interface BetterAuth {
  readonly handler: (request: Request) => Promise<Response>
  readonly api: {
    /** Has the key store make a key, unless the newest one is young. */
    readonly createSigningKey: () => Promise<unknown>
    readonly signJWT: (input: { body: { payload: Record<string, unknown> } }) => Promise<{ token: string }>
  }
}

/**
 * better-auth as Holdfast uses it: accounts with e-mail and password, guests, JWTs. Each option that differs from its default fixes a
 * security hole or a hang that was seen with 1.7.7; the tests beside this file show them.
 */
export function createBetterAuth({
  queries,
  clock,
  bus,
  logger,
  audit,
  origins,
  limits,
  secret,
  isForThisMachine,
  setUp,
  settings,
  passwords,
  failedSignIns,
  oidcProviders,
  person,
  mailer,
}: BetterAuthDeps): BetterAuth {
  const rules = createEntryRules({ queries, settings, setUp, isForThisMachine })
  const authAudit = createAuthAudit({ queries, audit, secret })
  /** Each open page asks for a token every few minutes: that is when its person was last here. */
  const noteUse = async (sessionId: string | undefined) => {
    if (sessionId === undefined) return
    const { sessions } = schema
    const now = clock.now()
    const isDue = lt(sessions.updatedAt, new Date(now.getTime() - noteUseAfterMs))
    await queries
      .update(sessions)
      .set({ updatedAt: now })
      .where(and(eq(sessions.id, sessionId), isDue))
  }
  const isHttps = origins.publicOrigin.startsWith('https:')
  const { basePath, publicAddress } = origins
  return betterAuth({
    // With its path: the library would not add one to an address that has a path.
    baseURL: `${publicAddress}/api/auth`,
    secret,
    telemetry: { enabled: false },
    logger: createAuthLog(logger),
    // Rethrow to our handler: better-auth would print unexpected errors, including the parameters of a failed query.
    // The page that says why a sign-in by a provider failed, where the page that began it is not known.
    onAPIError: { throw: true, errorURL: `${publicAddress}/sign-in` },
    // Without `transaction`: PGlite has one connection, so a query from outside the transaction would deadlock.
    database: drizzleAdapter(queries, {
      provider: 'pg',
      schema: {
        user: schema.users,
        session: schema.sessions,
        account: schema.accounts,
        verification: schema.verifications,
        jwks: schema.jwks,
        twoFactor: schema.twoFactors,
        passkey: schema.passkeys,
      },
    }),
    trustedOrigins: (request) => {
      const origin = request?.headers.get('origin')
      const isTrusted = origin && origins.isTrustedOrigin(origin, request?.headers.get('host') ?? undefined)
      return [...origins.corsOrigins, ...(isTrusted ? [origin] : [])]
    },
    account: {
      accountLinking: {
        // An address that a provider claims opens no account: its owner signs in and connects the two.
        disableImplicitLinking: true,
        allowDifferentEmails: true,
        trustedProviders: oidcProviders.map(({ id }) => id),
      },
    },
    emailAndPassword: { enabled: true, minPasswordLength, maxPasswordLength, password: passwords },
    rateLimit: createAuthRateLimit(limits),
    // Without `cookieCache`: a cached session would still get tokens after it was revoked.
    // Set by us alone.
    user: { additionalFields: { status: { type: 'string', required: false, input: false, returned: false } } },
    session: { expiresIn: sessionSeconds, updateAge: daySeconds },
    advanced: {
      // Explicit, since NODE_ENV=test and TEST=1 turn both checks off.
      disableOriginCheck: false,
      disableCSRFCheck: false,
      // Two servers under paths of the same origin get the cookies of both, since `__Host-` demands `Path=/`: each has names of its own.
      // A narrower path would be no protection, as pages of an origin can call each other, and the prefix keeps other hosts out.
      cookiePrefix: `holdfast${basePath.replaceAll('/', '.')}`,
      useSecureCookies: isHttps,
      // Cross-site pages send the cookie only with `none`; the origin check protects it.
      defaultCookieAttributes: { sameSite: isHttps && origins.corsOrigins.length > 0 ? 'none' : 'lax' },
      ipAddress: { ipAddressHeaders: [clientIpHeader] },
      database: { generateId: () => uuidv7() },
    },
    databaseHooks: {
      user: {
        create: {
          before: async (user, ctx) => {
            await checkProfile(user)
            if (ctx?.path === callbackPath) return { data: { ...user, status: await rules.checkProvided() } }
            if (user['isAnonymous'] === true) await rules.checkGuest()
            else return { data: { ...user, status: await rules.checkSignUp() } }
          },
          after: async (user, ctx) => {
            if (ctx?.path === callbackPath) {
              const target = { targetType: 'user', targetId: user.id }
              const address = ctx.headers?.get(clientIpHeader) ?? null
              await audit.note({ action: 'account.created', actorId: user.id, ...target, address })
            }
            if (isForThisMachine) await welcomeFirstVisitor({ queries, clock }, user.id)
          },
        },
        update: { before: checkProfile },
      },
      account: {
        create: {
          before: async (account) => ({ data: { ...account, ...noTokens } }),
          after: async (account, ctx) => {
            if (ctx?.path !== callbackPath) return
            const { userId, providerId } = account
            const target = { targetType: 'user', targetId: userId }
            const address = ctx.headers?.get(clientIpHeader) ?? null
            await audit.note({
              action: 'account.updated',
              actorId: userId,
              ...target,
              address,
              details: { connected: providerId },
            })
          },
        },
        update: { before: async (account) => ({ data: { ...account, ...noTokens } }) },
      },
      session: {
        create: {
          // The library dates it by the machine's clock and checks it by that; we check it by ours. It lives for as long by both.
          before: async (session) => {
            await rules.checkUser(session.userId)
            const expiresAt = new Date(Math.max(session.expiresAt.getTime(), clock.now().getTime() + sessionSeconds * 1000))
            return { data: { ...session, expiresAt } }
          },
        },
        delete: {
          after: async (session, ctx) => {
            publishRevocation(bus, session.id)
            await authAudit.sessionDeleted(session, ctx)
          },
        },
      },
    },
    hooks: {
      before: createAuthMiddleware(async (ctx) => {
        const body = bodyToFields(ctx.body)
        if (
          passwordFields.some((field) => typeof body[field] === 'string' && isCommonPassword(body[field])) &&
          setsPassword.has(ctx.path)
        ) {
          throw new APIError('BAD_REQUEST', commonPasswordError)
        }
        // Before anything is looked up: an answer would tell which addresses have accounts.
        if (ctx.path === '/sign-up/email') await rules.checkSignUp()
        // Someone who knew the old password may still be signed in elsewhere.
        if (ctx.path === '/change-password') return { context: { ...ctx, body: { ...body, revokeOtherSessions: true } } }
        if (typeof body['email'] !== 'string') return
        const email = body['email'].trim()
        if (ctx.path === '/sign-in/email')
          await refuseGuessing(queries, failedSignIns, email, ctx.headers?.get(clientIpHeader) ?? '')
        return { context: { ...ctx, body: { ...body, email } } }
      }),
      after: createAuthMiddleware(async (ctx) => {
        await authAudit.requestEnded(ctx)
        if (ctx.path === '/sign-in/email') {
          const { email } = bodyToFields(ctx.body)
          const { returned } = ctx.context
          if (typeof email !== 'string') return
          if (!(returned instanceof Error)) failedSignIns.succeed(email.toLowerCase())
          else if (returned instanceof APIError && returned.status === 'UNAUTHORIZED') failedSignIns.fail(email.toLowerCase())
        }
        if (ctx.path === '/token') await noteUse(ctx.context.session?.session.id)
        // These end everything that opens the account, and an access token opens it as well as a session does.
        if (!endsEverything.has(ctx.path) || ctx.context.returned instanceof Error) return
        const userId = ctx.context.session?.user.id
        if (userId === undefined) return
        for (const id of await revokeAllAccessTokens(queries, userId, clock.now())) publishRevocation(bus, id)
      }),
    },
    plugins: [
      // The plugin would delete a guest's data when the guest signs in to an account.
      anonymous({ disableDeleteAnonymousUser: true, generateName: () => 'Guest' }),
      createGuestUpgradePlugin({ queries, bus, clock, audit, rules }),
      createEntryPlugin({
        queries,
        bus,
        clock,
        rules,
        setUp,
        audit,
        logger,
        mailer,
        publicOrigin: origins.publicOrigin,
        publicAddress,
        oidcProviders,
      }),
      ...createTwoFactorPlugins({ queries, bus, clock }),
      ...createPasskeyPlugins({ publicOrigin: origins.publicOrigin }),
      createOidcPlugin({ queries, clock, logger, audit, providers: oidcProviders, person }),
      createTokenPlugin({
        // An expired session would still get a token in that header.
        disableSettingJwtHeader: true,
        adapter: createKeyStore({ queries, clock }),
        jwks: { keyPairConfig: { alg: 'EdDSA', crv: 'Ed25519' } },
        jwt: {
          issuer,
          audience: 'api',
          expirationTime: '5m',
          // The default is the whole row of the user.
          // Issued by the clock that checks it; the library would take the machine's.
          definePayload: ({ session }) => ({ sid: session.id, iat: Math.floor(clock.now().getTime() / 1000) }),
        },
      }),
    ],
  })
}
