import { schema } from '@holdfast/drizzle'
import { and, eq, gt, inArray, isNull, or } from 'drizzle-orm'
import type { Clock } from '../platform/clock.ts'
import type { Queries } from '../platform/database/database.ts'

interface LiveDeps {
  readonly queries: Queries
  readonly clock: Clock
}

/** One indexed look-up, so that a sign-out takes effect immediately although the JWT itself stays valid for minutes. */
export async function isSessionAlive(deps: LiveDeps, session: { id: string; userId: string }): Promise<boolean> {
  const { sessions } = schema
  const rows = await deps.queries
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.id, session.id), eq(sessions.userId, session.userId), gt(sessions.expiresAt, deps.clock.now())))
  return rows.length > 0
}

/**
 * Those of these sessions and access tokens that are still alive, and those of these users who may get in. All ids are UUIDs and never
 * clash.
 */
export async function findLiveIds(deps: LiveDeps, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { accessTokens, sessions, users } = schema
  const now = deps.clock.now()
  const liveSessions = await deps.queries
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(inArray(sessions.id, [...ids]), gt(sessions.expiresAt, now)))
  const liveTokens = await deps.queries
    .select({ id: accessTokens.id })
    .from(accessTokens)
    .where(
      and(
        inArray(accessTokens.id, [...ids]),
        isNull(accessTokens.revokedAt),
        or(isNull(accessTokens.expiresAt), gt(accessTokens.expiresAt, now)),
      ),
    )
  const liveUsers = await deps.queries
    .select({ id: users.id })
    .from(users)
    .where(and(inArray(users.id, [...ids]), eq(users.status, 'active')))
  return new Set([...liveSessions, ...liveTokens, ...liveUsers].map(({ id }) => id))
}
