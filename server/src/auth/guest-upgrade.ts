import { randomBytes } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import type { BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthEndpoint, sensitiveSessionMiddleware } from 'better-auth/api'
import { deleteSessionCookie, setSessionCookie } from 'better-auth/cookies'
import { and, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import type { Audit } from '../audit/open-audit.ts'
import type { Bus } from '../platform/bus/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Queries } from '../platform/database/database.ts'
import { clientIpHeader } from '../config/client-ip-header.ts'
import { accountFields, checkPassword } from './account-fields.ts'
import type { EntryRules } from './entry/entry-rules.ts'
import { claimInvitation, findInvitation } from './entry/invitations.ts'
import { checkInvitedEmail } from './entry/invite-endpoints.ts'
import { linkRefused, linkTokenSchema } from './entry/link-token.ts'
import { endAccess } from './end-access.ts'
import { publishRevocation } from './session-revoked.ts'

const uniqueViolation = '23505'

interface Account {
  readonly name: string
  readonly email: string
  readonly passwordHash: string
  readonly status: 'active' | 'pending'
  /** The token of an invitation, which is used up. */
  readonly invite: string | null
}

/**
 * The session that replaces the guest's: the old ones end with the upgrade, so that a cookie that an attacker planted before is useless
 * afterwards.
 */
interface NewSession {
  readonly expiresAt: Date
  readonly ipAddress: string | null
  readonly userAgent: string | null
}

/**
 * Ends all sessions and access tokens that the guest had: they may belong to an attacker who planted the guest's cookie.
 *
 * `POST /api/auth/guest/upgrade { name, email, password, invite? }` with a guest's session cookie: turns the guest into an account with the
 * same id and data, and a new session. Where an administrator has to approve, `{ status: 'pending' }` and no session. 401 without a session, 403 if the user is not a guest, 400 for an invalid body, 422 if the account
 * cannot be created; the answer does not reveal whether the address is taken.
 */
export function createGuestUpgradePlugin(deps: {
  readonly queries: Queries
  readonly bus: Bus
  readonly clock: Clock
  readonly audit: Pick<Audit, 'record'>
  readonly rules: EntryRules
}): BetterAuthPlugin {
  return {
    id: 'guest-upgrade',
    endpoints: {
      upgradeGuest: createAuthEndpoint(
        '/guest/upgrade',
        {
          method: 'POST',
          requireHeaders: true,
          use: [sensitiveSessionMiddleware],
          body: z.strictObject({ ...accountFields, invite: linkTokenSchema.optional() }),
          metadata: { noStore: true },
        },
        async (ctx) => {
          const { id, isAnonymous } = ctx.context.session.user as { id: string; isAnonymous?: boolean | null }
          if (isAnonymous !== true)
            throw new APIError('FORBIDDEN', { code: 'NOT_A_GUEST', message: 'You already have an account' })
          const { name, email, password, invite } = ctx.body
          checkPassword(password)
          if (invite !== undefined) await deps.rules.checkInvited()
          if (invite !== undefined && !(await findInvitation(deps.queries, invite, deps.clock.now()))) throw linkRefused()
          const status = invite === undefined ? await deps.rules.checkSignUp() : 'active'
          // Before any look-up, so that the response time does not reveal whether the address is taken.
          const passwordHash = await ctx.context.password.hash(password)
          const now = deps.clock.now()
          const upgraded = await upgradeGuest(
            deps,
            id,
            now,
            { name, email, passwordHash, status, invite: invite ?? null },
            {
              expiresAt: new Date(now.getTime() + ctx.context.sessionConfig.expiresIn * 1000),
              ipAddress: ctx.headers.get(clientIpHeader),
              userAgent: ctx.headers.get('user-agent'),
            },
          )
          if (upgraded === null) {
            throw new APIError('UNPROCESSABLE_ENTITY', {
              code: 'UPGRADE_REFUSED',
              message: 'This account could not be created',
            })
          }
          for (const id of upgraded.endedIds) publishRevocation(deps.bus, id)
          if (upgraded.session === null) {
            deleteSessionCookie(ctx)
            return ctx.json({ status })
          }
          await setSessionCookie(ctx, { session: upgraded.session, user: upgraded.user })
          return ctx.json({ user: { id, name, email, isAnonymous: false } })
        },
      ),
    },
  }
}

/** Upgrades in one transaction that uses only `tx`. Null: the address is taken, or another request was first. */
async function upgradeGuest(
  { queries, audit }: { readonly queries: Queries; readonly audit: Pick<Audit, 'record'> },
  userId: string,
  now: Date,
  account: Account,
  newSession: NewSession,
) {
  const { users, accounts, sessions } = schema
  try {
    return await queries.transaction(async (tx) => {
      const invitation = account.invite === null ? null : await claimInvitation(tx, account.invite, now)
      if (account.invite !== null && !invitation) throw linkRefused()
      if (invitation) {
        checkInvitedEmail(invitation.email, account.email)
        await tx.update(schema.invitations).set({ usedBy: userId }).where(eq(schema.invitations.id, invitation.id))
      }
      const { name, email, status } = account
      const [user] = await tx
        .update(users)
        .set({
          name,
          email,
          status,
          emailVerified: false,
          isAnonymous: false,
          recoveryCodeHash: null,
          updatedAt: now,
          ...(invitation?.role === 'admin' ? { role: 'admin' as const } : {}),
        })
        .where(and(eq(users.id, userId), eq(users.isAnonymous, true)))
        .returning()
      if (!user) throw new AlreadyUpgraded()
      await tx.insert(accounts).values({
        id: uuidv7(),
        userId,
        accountId: userId,
        providerId: 'credential',
        password: account.passwordHash,
        createdAt: now,
        updatedAt: now,
      })
      const endedIds = await endAccess(tx, userId, { now })
      if (status === 'pending') return { user, session: null, endedIds }
      const [session] = await tx
        .insert(sessions)
        .values({
          id: uuidv7(),
          userId,
          token: randomBytes(24).toString('base64url'),
          ...newSession,
          createdAt: now,
          updatedAt: now,
        })
        .returning()
      if (!session) throw new Error('The database did not return the session that it stored')
      const target = { targetType: 'user', targetId: userId }
      await audit.record(tx, { action: 'guest.upgraded', actorId: userId, ...target, address: newSession.ipAddress })
      return { user, session, endedIds }
    })
  } catch (error) {
    if (isUniqueViolation(error) || error instanceof AlreadyUpgraded) return null
    throw error
  }
}

/** Thrown so that nothing of the transaction stays. */
class AlreadyUpgraded extends Error {
  override readonly name = 'AlreadyUpgraded'
}

function isUniqueViolation(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === uniqueViolation
}
