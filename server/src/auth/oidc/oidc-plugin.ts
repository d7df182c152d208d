import type { AuthContext, BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthMiddleware, getSessionFromCtx } from 'better-auth/api'
import { genericOAuth } from 'better-auth/plugins'
import { z } from 'zod'
import type { Audit } from '../../audit/open-audit.ts'
import { clientIpHeader } from '../../config/client-ip-header.ts'
import type { OidcProvider } from '../../config/oidc-providers.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Queries } from '../../platform/database/database.ts'
import type { Logger } from '../../platform/logger.ts'
import type { CurrentPerson } from './current-person.ts'
import { readClaims, type OidcPerson } from './read-claims.ts'
import { issuerToDiscoveryUrl, readDiscovery } from './read-discovery.ts'
import { syncRole } from './sync-role.ts'

export interface OidcDeps {
  readonly queries: Queries
  readonly clock: Clock
  readonly logger: Logger
  readonly audit: Pick<Audit, 'record'>
  readonly providers: readonly OidcProvider[]
  readonly person: CurrentPerson
}

type SocialProvider = AuthContext['socialProviders'][number]

/** The route of better-auth to which a provider sends people back. */
export const callbackPath = '/callback/:id'
const starts = new Set(['/sign-in/social', '/link-social'])
/** While one provider is tried, whoever uses those behind it in the list waits, too. */
const retryMs = 30_000
const freshMs = 24 * 60 * 60 * 1000

/** A page of our own. better-auth would also take an ID token without a state here, scopes, and parameters for the provider. */
const ownPath = z
  .string()
  .regex(/^\/(?![/\\])/u, 'must be a path of this server')
  .max(500)
const startSchema = z.strictObject({ provider: z.string(), callbackURL: ownPath, errorCallbackURL: ownPath })

/**
 * Sign-in by OpenID Connect providers, by better-auth's plugin: code flow with PKCE, state and nonce; the ID token's signature, issuer and
 * audience are checked. A provider is looked up when somebody first wants to use it, so that the server starts without it.
 *
 * `POST /api/auth/sign-in/social { provider, callbackURL, errorCallbackURL }` → `{ url }`, the provider's page; `GET /api/auth/callback/<id>`
 * is where it sends people back, who get to one of those two pages of ours; the second one gets `?error=<code>`. With a session
 * `POST /api/auth/link-social` with the same body connects the provider with the account.
 */
export function createOidcPlugin(deps: OidcDeps): BetterAuthPlugin {
  const { queries, clock, logger, audit, providers, person } = deps
  return {
    id: 'oidc',
    init: (context) => ({
      context: {
        socialProviders: providers.map((provider) => lazyProvider(deps, provider, context)) as unknown as SocialProvider[],
      },
    }),
    hooks: {
      before: [
        {
          matcher: ({ path }) => path !== undefined && starts.has(path),
          handler: createAuthMiddleware(async (ctx) => {
            const body = startSchema.safeParse(ctx.body)
            if (!body.success) {
              const [issue] = body.error.issues
              throw new APIError('BAD_REQUEST', { message: `${issue?.path.join('.') || 'body'}: ${issue?.message}` })
            }
            if (ctx.path === '/link-social') await checkLinking(await getSessionFromCtx(ctx), clock)
          }),
        },
      ],
      after: [
        {
          matcher: ({ path }) => path === callbackPath,
          handler: createAuthMiddleware(async (ctx) => {
            const session = ctx.context.newSession
            const found = person.get()
            if (!session || !found) return
            const provider = providers.find(({ id }) => id === found.providerId)
            if (!provider || provider.adminGroup === null) return
            await syncRole({ queries, clock, logger, audit }, session.user.id, {
              isAdmin: found.claims.groups.includes(provider.adminGroup),
              providerId: provider.id,
              address: ctx.headers?.get(clientIpHeader) ?? null,
            })
          }),
        },
      ],
    },
  }
}

type Session = Awaited<ReturnType<typeof getSessionFromCtx>>

/** Somebody who took over an open page for a moment should not get a way in of their own. */
async function checkLinking(session: Session, clock: Clock): Promise<void> {
  // better-auth refuses it with 401.
  if (!session) return
  if (session.user['isAnonymous'] === true) {
    throw new APIError('FORBIDDEN', { code: 'GUEST_REFUSED', message: 'A guest has nothing to connect. Create an account first' })
  }
  if (clock.now().getTime() - new Date(session.session.createdAt).getTime() > freshMs) {
    const message = 'You signed in more than a day ago. Sign in again, and then connect'
    throw new APIError('FORBIDDEN', { code: 'SESSION_NOT_FRESH', message })
  }
}

/** better-auth calls it for each use. A provider that cannot be reached is tried again half a minute later. */
function lazyProvider(deps: OidcDeps, provider: OidcProvider, context: AuthContext): () => Promise<SocialProvider> {
  let loaded: Promise<SocialProvider> | null = null
  return async () => {
    loaded ??= loadProvider(deps, provider, context).catch((err: unknown) => {
      deps.logger.warn({ event: 'oidc-unavailable', provider: provider.id, err }, 'an OpenID Connect provider cannot be used')
      setTimeout(() => {
        loaded = null
      }, retryMs).unref()
      return toUnavailable(provider)
    })
    return loaded
  }
}

async function loadProvider({ person }: OidcDeps, provider: OidcProvider, context: AuthContext): Promise<SocialProvider> {
  const { id, name, issuer, clientId, clientSecret, adminGroup } = provider
  const discovery = await readDiscovery(issuer)
  const hasGroups = adminGroup !== null && discovery.scopes_supported?.includes('groups') === true
  const { init } = genericOAuth({
    config: [
      {
        providerId: id,
        name,
        clientId,
        clientSecret,
        discoveryUrl: issuerToDiscoveryUrl(issuer),
        requireIdTokenVerification: true,
        scopes: ['openid', 'email', 'profile', ...(hasGroups ? ['groups'] : [])],
        accountSubject: ({ profile }) => String(profile['sub']),
        getUserInfo: async (tokens) => {
          const claims = await readClaims(tokens, { clientId, userInfoUrl: discovery.userinfo_endpoint })
          if (claims === null) return null
          person.set(id, claims)
          return toProfile(claims)
        },
      },
    ],
  })
  // With no other providers: the result has only ours.
  const { context: made } = (await init({ ...context, socialProviders: [] })) ?? {}
  const [found] = made?.socialProviders ?? []
  if (!found) throw new Error('its discovery document names no endpoints that can be used')
  return found as SocialProvider
}

function toProfile({ sub, email, emailVerified, name }: OidcPerson) {
  return { id: sub, sub, name, emailVerified, ...(email === null ? {} : { email }) }
}

/** Refuses with a sentence, where a missing provider would be one that was never configured. */
function toUnavailable({ id, name }: OidcProvider): SocialProvider {
  const refuse = () => {
    const message = `${name} cannot be reached. Try again in a minute, or sign in another way`
    throw new APIError('SERVICE_UNAVAILABLE', { code: 'PROVIDER_UNAVAILABLE', message })
  }
  return {
    id,
    name,
    accountSubject: refuse,
    createAuthorizationURL: refuse,
    validateAuthorizationCode: refuse,
    getUserInfo: refuse,
  }
}
