import { schema } from '@holdfast/drizzle'
import { betterAuth } from 'better-auth'
import { createAuthMiddleware } from 'better-auth/api'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { anonymous } from 'better-auth/plugins'
import { v7 as uuidv7 } from 'uuid'
import type { Bus } from '../bus/bus.ts'
import type { Queries } from '../database/database.ts'
import type { Logger } from '../logger.ts'
import { createAuthLog } from './auth-log.ts'
import { createAuthRateLimit, type AuthLimits } from './auth-limits.ts'
import { clientIpHeader } from './client-ip-header.ts'
import { createGuestUpgradePlugin, maxPasswordLength, minPasswordLength } from './guest-upgrade.ts'
import { issuer } from './jwt-verifier.ts'
import type { OriginPolicy } from './origin-policy.ts'
import { checkProfile } from './profile.ts'
import { publishRevocation } from './session-revoked.ts'
import { createKeyStore } from './signing-keys.ts'
import { createTokenPlugin } from './token-endpoint.ts'

const daySeconds = 24 * 60 * 60

export interface BetterAuthDeps {
  readonly queries: Queries
  readonly bus: Bus
  readonly logger: Logger
  readonly origins: OriginPolicy
  readonly limits: AuthLimits
  readonly secret: string
}

/** What Holdfast uses of it. The library's own type holds names that others who install this package cannot reach. */
export interface BetterAuth {
  readonly handler: (request: Request) => Promise<Response>
  readonly api: {
    readonly signJWT: (input: { body: { payload: Record<string, unknown> } }) => Promise<{ token: string }>
  }
}

/**
 * better-auth as Holdfast uses it: accounts with e-mail and password, guests, JWTs. What is not left at its default
 * closes a hole or avoids a dead end that was seen with 1.7.7; the tests beside this file show each.
 */
export function createBetterAuth({ queries, bus, logger, origins, limits, secret }: BetterAuthDeps): BetterAuth {
  const isHttps = origins.publicOrigin.startsWith('https:')
  return betterAuth({
    baseURL: origins.publicOrigin,
    basePath: '/api/auth',
    secret,
    telemetry: { enabled: false },
    logger: createAuthLog(logger),
    // Thrown on to our handler: better-auth would print an unexpected error, parameters of a failed query included.
    onAPIError: { throw: true },
    // Without `transaction`: PGlite has one connection, and whatever asks it from outside a transaction waits for ever.
    database: drizzleAdapter(queries, {
      provider: 'pg',
      schema: {
        user: schema.users,
        session: schema.sessions,
        account: schema.accounts,
        verification: schema.verifications,
        jwks: schema.jwks,
      },
    }),
    trustedOrigins: (request) => {
      const origin = request?.headers.get('origin')
      const isTrusted = origin && origins.isTrustedOrigin(origin, request?.headers.get('host') ?? undefined)
      return [...origins.corsOrigins, ...(isTrusted ? [origin] : [])]
    },
    emailAndPassword: { enabled: true, minPasswordLength, maxPasswordLength },
    rateLimit: createAuthRateLimit(limits),
    // Without `cookieCache`: a cached session would still get tokens after it was revoked.
    session: { expiresIn: 30 * daySeconds, updateAge: daySeconds },
    advanced: {
      // Explicit, since NODE_ENV=test and TEST=1 turn both checks off.
      disableOriginCheck: false,
      disableCSRFCheck: false,
      cookiePrefix: 'holdfast',
      useSecureCookies: isHttps,
      // A page of another site sends the cookie only so; the origin check is what protects it.
      defaultCookieAttributes: { sameSite: isHttps && origins.corsOrigins.length > 0 ? 'none' : 'lax' },
      ipAddress: { ipAddressHeaders: [clientIpHeader] },
      database: { generateId: () => uuidv7() },
    },
    databaseHooks: {
      user: { create: { before: checkProfile }, update: { before: checkProfile } },
      session: { delete: { after: async (session) => publishRevocation(bus, session.id) } },
    },
    hooks: {
      before: createAuthMiddleware(async (ctx) => {
        // Whoever knew the old password may still be signed in somewhere.
        if (ctx.path !== '/change-password') return
        return { context: { ...ctx, body: { ...ctx.body, revokeOtherSessions: true } } }
      }),
    },
    plugins: [
      // A guest who signs in to an account keeps what the guest had; the plugin would delete it.
      anonymous({ disableDeleteAnonymousUser: true, generateName: () => 'Guest' }),
      createGuestUpgradePlugin({ queries, bus }),
      createTokenPlugin({
        // An expired session would still get a token in that header.
        disableSettingJwtHeader: true,
        adapter: createKeyStore(queries),
        jwks: { keyPairConfig: { alg: 'EdDSA', crv: 'Ed25519' } },
        jwt: {
          issuer,
          audience: 'api',
          expirationTime: '5m',
          // The default is the whole row of the user.
          definePayload: ({ session }) => ({ sid: session.id }),
        },
      }),
    ],
  })
}
