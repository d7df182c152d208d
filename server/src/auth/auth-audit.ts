import { createHmac } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import type { AuditAction, Id } from '@holdfast/shared'
import { APIError } from 'better-auth/api'
import { eq } from 'drizzle-orm'
import type { Audit, AuditEntry } from '../audit/open-audit.ts'
import { clientIpHeader } from '../config/client-ip-header.ts'
import type { Queries } from '../platform/database/database.ts'

/** The part of better-auth's context that is recorded. */
interface AuthContext {
  readonly path: string
  readonly body?: unknown
  readonly headers?: Headers | undefined
  readonly context: {
    readonly returned?: unknown
    readonly newSession?: { readonly session: { readonly id: string }; readonly user: { readonly id: string } } | null
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
  '/revoke-other-sessions': 'session.revoked',
  '/revoke-session': 'session.revoked',
  '/revoke-sessions': 'session.revoked',
}
/** Paths that open no session. */
const keepers = new Set(['/get-session', '/token', '/update-user'])
/** These record themselves, in their own transaction. */
const recorded = new Set(['/guest/upgrade'])

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
      // A redirect is thrown like an error.
      const isRefused = returned instanceof Error && !(returned instanceof APIError && returned.status === 'FOUND')
      if (isRefused) {
        if (!path.startsWith('/sign-in/') || !(returned instanceof APIError)) return
        if (returned.status !== 'UNAUTHORIZED' && returned.status !== 'FORBIDDEN') return
        return audit.note({ action: 'session.refused', actorId: null, address, ...(await toRefused(ctx)) })
      }
      const change = changes[path]
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
