import type { RequestListener } from 'node:http'
import { toNodeHandler } from 'better-auth/node'
import type { Audit } from '../audit/open-audit.ts'
import type { Bus } from '../platform/bus/bus.ts'
import type { Clock } from '../platform/clock.ts'
import { clientIpHeader } from '../config/client-ip-header.ts'
import { ConfigError, type Config } from '../config/config.ts'
import type { Database } from '../platform/database/database.ts'
import type { Logger } from '../platform/logger.ts'
import type { Mailer } from '../platform/mailer.ts'
import type { Settings } from '../settings/open-settings.ts'
import { accessTokenToUser, isAccessToken, isAccessTokenAlive } from './access-token-lookup.ts'
import type { Auth, User } from './auth.ts'
import { defaultAuthLimits, type AuthLimits } from './auth-limits.ts'
import { loadAuthSecret } from './auth-secret.ts'
import { createBetterAuth, type BetterAuth } from './better-auth.ts'
import { createJwtVerifier } from './jwt-verifier.ts'
import { findLiveIds, isSessionAlive } from './live-session.ts'
import { isUserActive } from './issuer-users.ts'
import type { AuthRequest } from './auth-request.ts'
import { createOwnAuth, createOwnAuthHandler, type OwnAuth } from './own-auth.ts'
import { createTrustedTokens } from './trusted-tokens.ts'
import type { OriginPolicy } from './origin-policy.ts'
import { toLibraryCookies, toOwnResponse } from './session-cookie.ts'
import { rotateSigningKeys } from './signing-keys.ts'
import { createFailedSignIns } from './failed-sign-ins.ts'
import { createPasswordHashing } from './password-hashing.ts'
import { createCurrentPerson } from './oidc/current-person.ts'
import { createSetUp } from './entry/set-up.ts'
import { settleFirstAdmin } from './entry/settle-first-admin.ts'
import { createSessionWatch } from './session-watch.ts'

export interface AuthDeps {
  readonly config: Pick<Config, 'authSecret' | 'dataDir' | 'isForThisMachine' | 'trustedIssuers' | 'oidcProviders'>
  readonly clock: Clock
  readonly database: Pick<Database, 'queries' | 'kind'>
  readonly bus: Bus
  readonly logger: Logger
  readonly audit: Pick<Audit, 'record' | 'note' | 'noteOften'>
  readonly origins: OriginPolicy
  readonly settings: Pick<Settings, 'current'>
  /** Without one no mails are sent. */
  readonly mailer?: Pick<Mailer, 'send'> | null
  /** People sign in elsewhere. */
  readonly own?: OwnAuth | undefined
  /** Default {@link defaultAuthLimits}. */
  readonly limits?: Partial<AuthLimits>
}

/**
 * Accounts, guests and tokens. Creates the secret and the signing key if there are none, and signs once to check that they match.
 * @throws ConfigError if the secret is too short, or is not the one that the database's signing key was encrypted with
 */
export async function createAuth(deps: AuthDeps): Promise<Auth> {
  const { clock, bus, logger, audit, origins, settings } = deps
  const { queries } = deps.database
  const { isForThisMachine } = deps.config
  await settleFirstAdmin({ queries, logger, isForThisMachine })
  const setUp = createSetUp({ queries, clock, isForThisMachine })
  const passwords = createPasswordHashing()
  const live = { queries, clock, setUp }
  const limits = {
    ...defaultAuthLimits,
    // All guests of a server for this machine come from one address.
    ...(isForThisMachine ? { guestsPerDay: null } : {}),
    ...deps.limits,
  }
  const failedSignIns = createFailedSignIns(limits.failedSignIns)
  const person = createCurrentPerson()
  const betterAuth = createBetterAuth({
    oidcProviders: deps.config.oidcProviders,
    person,
    mailer: deps.mailer ?? null,
    queries,
    clock,
    bus,
    logger,
    audit,
    origins,
    isForThisMachine,
    setUp,
    settings,
    passwords,
    failedSignIns,
    limits,
    secret: await loadAuthSecret(deps.config),
  })
  await checkSigning(betterAuth)
  const verifyJwt = createJwtVerifier({ queries, clock })
  const trustedTokens = createTrustedTokens({ queries, clock, logger }, deps.config.trustedIssuers)
  const watch = await createSessionWatch({
    kind: deps.database.kind,
    bus,
    logger,
    isAlive: async ({ id: userId, sessionId, accessTokenId, isFromIssuer }) => {
      if (isFromIssuer) return isUserActive({ queries }, userId)
      if (sessionId !== null) return isSessionAlive(live, { id: sessionId, userId })
      return accessTokenId !== undefined && isAccessTokenAlive(live, accessTokenId)
    },
    findLiveIds: (ids) => findLiveIds(live, ids),
  })

  const handle = toNodeHandler(async (request: Request) =>
    toOwnResponse(await person.run(() => answer({ betterAuth, logger, audit }, toPublicRequest(request, origins.basePath)))),
  )
  const handler: RequestListener = (request, response) => {
    if (request.headers.cookie !== undefined) request.headers.cookie = toLibraryCookies(request.headers.cookie)
    void handle(request, response)
  }
  const verifyToken: Auth['verifyToken'] = async (token, audience) => {
    if (isAccessToken(token)) return accessTokenToUser(live, token, audience)
    if (deps.own) return null
    const user = audience === 'api' ? await trustedTokens.verify(token) : undefined
    if (user !== undefined) return user
    const claims = await verifyJwt(token, audience)
    if (claims === null) return null
    const { userId, sessionId, expiresAt } = claims
    const isAlive = await isSessionAlive(live, { id: sessionId, userId })
    return isAlive ? { id: userId, sessionId, expiresAt } : null
  }
  const askOther = deps.own ? createOwnAuth({ queries, clock, logger }, deps.own) : null
  const identify = async (request: AuthRequest): Promise<User | null> => {
    const { token } = request
    if (askOther !== null && (token === null || !isAccessToken(token))) return askOther(request)
    return token === null ? null : verifyToken(token, 'api')
  }
  return {
    handler: askOther === null ? handler : createOwnAuthHandler({ queries, logger }, askOther),
    verifyToken,
    identify,
    rotateKeys: () => rotateSigningKeys({ queries, clock }, () => betterAuth.api.createSigningKey()),
    createSetUpLink: async () => {
      if (deps.own) return null
      const token = await setUp.createToken()
      return token === null ? null : `${origins.publicAddress}/setup?token=${token}`
    },
    passwords,
    failedSignIns,
    providerIds: deps.config.oidcProviders.map(({ id }) => id),
    ...watch,
  }
}

/**
 * Creates the first key, exactly once even if several nodes start together, and detects a wrong secret before a user signs in.
 */
async function checkSigning(betterAuth: BetterAuth): Promise<void> {
  try {
    await betterAuth.api.signJWT({ body: { payload: { aud: 'self-test' } } })
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('Failed to decrypt private key')) throw error
    throw new ConfigError(
      'BETTER_AUTH_SECRET: this database was first used with another secret. ' +
        'Set that one. If it is lost, empty the table jwks: all users then have to sign in again',
    )
  }
}

/** The library knows itself by its public address; the path of that was taken off when the request came in. */
function toPublicRequest(request: Request, basePath: string): Request {
  if (basePath === '') return request
  const { origin, pathname, search } = new URL(request.url)
  return new Request(origin + basePath + pathname + search, request)
}

async function answer(
  deps: { readonly betterAuth: BetterAuth; readonly logger: Logger; readonly audit: Pick<Audit, 'noteOften'> },
  request: Request,
): Promise<Response> {
  const { betterAuth, logger, audit } = deps
  try {
    const response = await betterAuth.handler(request)
    const retryAfter = response.headers.get('x-retry-after')
    if (retryAfter !== null) response.headers.set('retry-after', retryAfter)
    if (response.status === 429) {
      const address = request.headers.get(clientIpHeader)
      const details = { limit: 'auth', path: new URL(request.url).pathname }
      await audit.noteOften(`auth ${address}`, { action: 'limit.reached', actorId: null, address, details })
    }
    return response
  } catch (err) {
    logger.error({ event: 'auth-failed', err }, 'a request to /api/auth failed')
    return Response.json({ code: 'INTERNAL_SERVER_ERROR', message: 'Something went wrong on the server.' }, { status: 500 })
  }
}
