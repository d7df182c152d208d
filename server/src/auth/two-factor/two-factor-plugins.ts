import type { BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthMiddleware, getSessionFromCtx } from 'better-auth/api'
import { twoFactor } from 'better-auth/plugins'
import { z } from 'zod'
import type { Bus } from '../../platform/bus/bus.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Queries } from '../../platform/database/database.ts'
import { endAccess } from '../end-access.ts'
import { publishRevocation } from '../session-revoked.ts'

const appName = 'Holdfast'
export const verifyTotpPath = '/two-factor/verify-totp'
const verifyPaths = new Set([verifyTotpPath, '/two-factor/verify-backup-code'])

const password = z.strictObject({ password: z.string().min(1).max(1000) })
const code = z.strictObject({ code: z.string().min(1).max(40) })
/** better-auth would also trust a device for a month, mail codes, and take a recovery code without a session. */
const bodies: Readonly<Record<string, z.ZodType>> = {
  '/two-factor/enable': password,
  '/two-factor/disable': password,
  '/two-factor/generate-backup-codes': password,
  '/two-factor/verify-totp': code,
  '/two-factor/verify-backup-code': code,
}

/**
 * One-time passwords of an authenticator app as the second step of a sign-in with a password, by better-auth's plugin.
 *
 * With a session, all POST under `/api/auth/two-factor`: `enable { password }` → `{ totpURI, backupCodes }`, then `verify-totp { code }`
 * turns it on, and ends every other session and all access tokens; `generate-backup-codes { password }` → `{ backupCodes }` replaces the
 * recovery codes; `disable { password }`.
 *
 * `sign-in/email` then answers `{ twoFactorRedirect: true }` without a session, and for ten minutes `verify-totp { code }` or
 * `verify-backup-code { code }` begins it. Five wrong codes end that sign-in; ten in a row lock the second step for 15 minutes, 429. Each
 * recovery code works once.
 */
export function createTwoFactorPlugins(deps: {
  readonly queries: Queries
  readonly bus: Bus
  readonly clock: Clock
}): BetterAuthPlugin[] {
  const { queries, bus, clock } = deps
  return [
    // Its types say more of the user than those of other plugins.
    twoFactor({ issuer: appName }) as unknown as BetterAuthPlugin,
    {
      id: 'two-factor-rules',
      hooks: {
        before: [
          {
            matcher: ({ path }) => path !== undefined && Object.hasOwn(bodies, path),
            handler: createAuthMiddleware(async (ctx) => {
              const body = bodies[ctx.path]?.safeParse(ctx.body)
              if (body?.success === false) {
                const [issue] = body.error.issues
                throw new APIError('BAD_REQUEST', { message: `${issue?.path.join('.') || 'body'}: ${issue?.message}` })
              }
              if (verifyPaths.has(ctx.path)) return withoutGuest(ctx)
            }),
          },
        ],
        after: [
          {
            matcher: ({ path }) => path === '/sign-in/email',
            handler: createAuthMiddleware(async (ctx) => {
              const { returned, responseHeaders } = ctx.context
              if (!Object.hasOwn(Object(returned), 'twoFactorRedirect') || !responseHeaders) return
              const session = await getSessionFromCtx(ctx)
              if (session?.user['isAnonymous'] === true)
                keepSessionCookie(responseHeaders, ctx.context.authCookies.sessionToken.name)
            }),
          },
          {
            matcher: ({ path }) => path === verifyTotpPath,
            handler: createAuthMiddleware(async (ctx) => {
              const { newSession, session } = ctx.context
              // A new session instead of an old one: it was just turned on.
              if (!newSession || !session || newSession.session.id === session.session.id) return
              const { id } = newSession.session
              const ended = await endAccess(queries, newSession.user.id, { now: clock.now(), exceptSessionId: id })
              for (const each of ended) publishRevocation(bus, each)
            }),
          },
        ],
      },
    },
  ]
}

/** Somebody who stops between the two steps is the guest that they were, and not a new one without anything. */
function keepSessionCookie(headers: Headers, name: string): void {
  const others = headers.getSetCookie().filter((cookie) => cookie.split('=', 1)[0] !== name)
  headers.delete('set-cookie')
  for (const cookie of others) headers.append('set-cookie', cookie)
}

/**
 * Between the two steps of a sign-in the page may still be, or have become, a guest. A guest has no second step, so that the code is that of the
 * sign-in.
 */
async function withoutGuest(ctx: Parameters<typeof getSessionFromCtx>[0]) {
  const session = await getSessionFromCtx(ctx)
  if (session?.user['isAnonymous'] !== true) return undefined
  ctx.context.session = null
  const { name } = ctx.context.authCookies.sessionToken
  const cookies = (ctx.headers?.get('cookie') ?? '').split(/;\s*/u).filter((cookie) => cookie.split('=', 1)[0] !== name)
  return { context: { headers: new Headers({ cookie: cookies.join('; ') }) } }
}
