import { createHmac } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import type { AuditAction, Id } from '@holdfast/shared'
import { APIError, isAPIError } from 'better-auth/api'
import { eq } from 'drizzle-orm'
import type { Audit, AuditEntry } from '../audit/open-audit.ts'
import { clientIpHeader } from '../config/client-ip-header.ts'
import type { Queries } from '../platform/database/database.ts'
import { verifyTotpPath } from './two-factor/two-factor-plugins.ts'

/** The part of better-auth's context that is recorded. */
interface AuthContext {
  readonly path: string
  readonly body?: unknown
  readonly headers?: Headers | undefined
  readonly context: {
    readonly returned?: unknown
    readonly newSession?: {
      readonly session: { readonly id: string }
      readonly user: { readonly id: string; readonly [field: string]: unknown }
    } | null
    readonly session?: { readonly session: { readonly id: string }; readonly user: { readonly id: string } } | null
  }
}

/** Records what happens to accounts and sessions, for the requests that better-auth answers. */
export interface AuthAudit {
  /** Call it after every request, also one that was refused. */
  readonly requestEnded: (ctx: AuthContext) => Promise<void>
  /** Call it for every session that the library deletes. `ctx` is that of the request which did it. */
  readonly sessionDeleted: (session: { readonly id: string; readonly userId: string }, ctx: unknown) => Promise<void>
}

/** What the person did who got a session by a path. Every other path that opens one is a sign-in. */
const openings: Readonly<Record<string, AuditAction>> = {
  '/sign-up/email': 'account.created',
  '/setup': 'account.created',
  '/invite/accept': 'invite.used',
  '/sign-in/anonymous': 'guest.created',
}
/** Paths that change what opens an account, and what that is called. */
const changes: Readonly<Record<string, AuditAction>> = {
  '/change-password': 'password.changed',
  '/reset': 'password.reset',
  '/guest/code': 'guest.code-created',
  '/passkey/verify-registration': 'passkey.changed',
  '/passkey/delete-passkey': 'passkey.changed',
  '/unlink-account': 'account.updated',
  '/two-factor/disable': 'two-factor.changed',
  '/two-factor/generate-backup-codes': 'two-factor.changed',
  '/revoke-other-sessions': 'session.revoked',
  '/revoke-session': 'session.revoked',
  '/revoke-sessions': 'session.revoked',
}
/** Paths that open no session. */
const keepers = new Set(['/get-session', '/token', '/update-user'])
/** These record themselves, in their own transaction. */
const recorded = new Set(['/guest/upgrade'])

/** Paths that somebody tries who wants to get in. */
function isEntry(path: string): boolean {
  return path.startsWith('/sign-in/') || path.startsWith('/two-factor/verify-') || path === '/passkey/verify-authentication'
}

/** Redirects are errors of another copy of the class. */
function isRedirect(returned: unknown): returned is APIError {
  return isAPIError(returned) && returned.status === 'FOUND'
}

/** A provider's callback says why it refuses in the address of the page that it leads to. */
function isRefusedByRedirect(returned: unknown): boolean {
  if (!isRedirect(returned)) return false
  const location = new Headers(returned.headers).get('location') ?? ''
  return new URLSearchParams(location.split('?')[1]).has('error')
}

/** @param deps.secret keeps e-mail addresses that belong to nobody here from being guessed by their hash */
export function createAuthAudit(deps: {
  readonly queries: Queries
  readonly audit: Pick<Audit, 'note'>
  readonly secret: string
}): AuthAudit {
  const { queries, audit, secret } = deps

  /** The account that somebody wanted to enter, or a hash that is the same for the same address. */
  const toRefused = async (ctx: AuthContext): Promise<Partial<AuditEntry>> => {
    const { email } = Object(ctx.body) as { email?: unknown }
    if (typeof email !== 'string') return {}
    const address = email.trim().toLowerCase()
    const [user] = await queries.select({ id: schema.users.id }).from(schema.users).where(eq(schema.users.email, address))
    if (user) return { targetType: 'user', targetId: user.id }
    return { details: { emailHash: createHmac('sha256', secret).update(`audit ${address}`).digest('hex') } }
  }

  return {
    requestEnded: async (ctx) => {
      const { path } = ctx
      const { returned, newSession, session } = ctx.context
      const address = ctx.headers?.get(clientIpHeader) ?? null
      if (recorded.has(path)) return
      if (isRefusedByRedirect(returned)) {
        return audit.note({ action: 'session.refused', actorId: null, address, details: { by: path } })
      }
      // A redirect is thrown like an error.
      const isRefused = returned instanceof Error && !isRedirect(returned)
      if (isRefused) {
        if (!isEntry(path) || !(returned instanceof APIError)) return
        if (returned.status !== 'UNAUTHORIZED' && returned.status !== 'FORBIDDEN') return
        return audit.note({ action: 'session.refused', actorId: null, address, ...(await toRefused(ctx)) })
      }
      // A code is still missing, and the session was not given to anybody.
      if (path === '/sign-in/email' && newSession?.user['twoFactorEnabled'] === true) return
      const wasTurnedOn = path === verifyTotpPath && newSession && session && newSession.session.id !== session.session.id
      const change = wasTurnedOn ? 'two-factor.changed' : changes[path]
      const actorId: Id | undefined = newSession?.user.id ?? session?.user.id
      if (change !== undefined && actorId !== undefined) {
        return audit.note({ action: change, actorId, targetType: 'user', targetId: actorId, address })
      }
      // Whatever looks at a session may lengthen it; that is none that began.
      if (!newSession || newSession.session.id === session?.session.id || keepers.has(path)) return
      const { user } = newSession
      const action = openings[path] ?? 'session.started'
      await audit.note({
        action,
        actorId: user.id,
        targetType: 'user',
        targetId: user.id,
        address,
        ...(action === 'session.started' ? { details: { by: path } } : {}),
      })
    },
    sessionDeleted: async ({ id, userId }, ctx) => {
      const { path, headers } = Object(ctx) as Partial<AuthContext>
      // Of several sessions that end together, the act that ends them is recorded once.
      if (path !== '/sign-out') return
      const address = headers?.get(clientIpHeader) ?? null
      await audit.note({ action: 'session.ended', actorId: userId, targetType: 'session', targetId: id, address })
    },
  }
}
