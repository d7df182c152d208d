import { randomBytes } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import type { BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthEndpoint, sensitiveSessionMiddleware } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import { and, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import type { Bus } from '../bus/bus.ts'
import type { Queries } from '../database/database.ts'
import { clientIpHeader } from './client-ip-header.ts'
import { maxEmailLength, nameSchema } from './profile.ts'
import { publishRevocation } from './session-revoked.ts'

export const minPasswordLength = 8
export const maxPasswordLength = 128

const uniqueViolation = '23505'

interface Account {
  readonly name: string
  readonly email: string
  readonly passwordHash: string
}

/**
 * What the new session is: the old ones end with the upgrade, so a cookie that somebody planted before is worth nothing
 * after.
 */
interface NewSession {
  readonly expiresAt: Date
  readonly ipAddress: string | null
  readonly userAgent: string | null
}

/**
 * `POST /api/auth/guest/upgrade { name, email, password }` with a guest's session cookie: the guest gets a name and a
 * password, keeps the id and with it everything, and a new session. 401 without a session, 403 for who is no guest, 400
 * for a body that is not valid, 422 when it cannot be done, e.g. because the address is taken: the answer does not
 * tell.
 */
export function createGuestUpgradePlugin(deps: { queries: Queries; bus: Bus }): BetterAuthPlugin {
  return {
    id: 'guest-upgrade',
    endpoints: {
      upgradeGuest: createAuthEndpoint(
        '/guest/upgrade',
        {
          method: 'POST',
          requireHeaders: true,
          use: [sensitiveSessionMiddleware],
          body: z.strictObject({
            name: nameSchema,
            email: z.email().max(maxEmailLength).toLowerCase(),
            password: z.string().min(minPasswordLength).max(maxPasswordLength),
          }),
          metadata: { noStore: true },
        },
        async (ctx) => {
          const { id, isAnonymous } = ctx.context.session.user as { id: string; isAnonymous?: boolean | null }
          if (isAnonymous !== true)
            throw new APIError('FORBIDDEN', { code: 'NOT_A_GUEST', message: 'You have an account already' })
          const { name, email, password } = ctx.body
          // Before anything is looked up: a taken address answers as late as a free one.
          const passwordHash = await ctx.context.password.hash(password)
          const upgraded = await upgradeGuest(
            deps.queries,
            id,
            { name, email, passwordHash },
            {
              expiresAt: new Date(Date.now() + ctx.context.sessionConfig.expiresIn * 1000),
              ipAddress: ctx.headers.get(clientIpHeader),
              userAgent: ctx.headers.get('user-agent'),
            },
          )
          if (upgraded === null) {
            throw new APIError('UNPROCESSABLE_ENTITY', {
              code: 'UPGRADE_REFUSED',
              message: 'This account could not be made',
            })
          }
          for (const sessionId of upgraded.endedSessionIds) publishRevocation(deps.bus, sessionId)
          await setSessionCookie(ctx, { session: upgraded.session, user: upgraded.user })
          return ctx.json({ user: { id, name, email, isAnonymous: false } })
        },
      ),
    },
  }
}

/** All or nothing, in one transaction that uses only `tx`. Null: the address is taken, or another request was first. */
async function upgradeGuest(queries: Queries, userId: string, account: Account, newSession: NewSession) {
  const now = new Date()
  const { users, accounts, sessions } = schema
  try {
    return await queries.transaction(async (tx) => {
      const [user] = await tx
        .update(users)
        .set({ name: account.name, email: account.email, emailVerified: false, isAnonymous: false, updatedAt: now })
        .where(and(eq(users.id, userId), eq(users.isAnonymous, true)))
        .returning()
      if (!user) return null
      await tx.insert(accounts).values({
        id: uuidv7(),
        userId,
        accountId: userId,
        providerId: 'credential',
        password: account.passwordHash,
        createdAt: now,
        updatedAt: now,
      })
      const ended = await tx.delete(sessions).where(eq(sessions.userId, userId)).returning({ id: sessions.id })
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
      return { user, session, endedSessionIds: ended.map(({ id }) => id) }
    })
  } catch (error) {
    if (isUniqueViolation(error)) return null
    throw error
  }
}

function isUniqueViolation(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === uniqueViolation
}
