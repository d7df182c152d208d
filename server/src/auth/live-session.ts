import { schema } from '@holdfast/drizzle'
import { and, eq, gt, inArray, isNull, or, type SQL } from 'drizzle-orm'
import type { Clock } from '../platform/clock.ts'
import type { Queries } from '../platform/database/database.ts'
import type { SetUp } from './entry/set-up.ts'

export interface LiveDeps {
  readonly queries: Queries
  readonly clock: Clock
  readonly setUp: Pick<SetUp, 'isNeeded'>
}

/** Nobody but an active user gets in, and no guest before the server is set up. */
export async function mayBeHere({ setUp }: Pick<LiveDeps, 'setUp'>): Promise<SQL | undefined> {
  const { users } = schema
  return and(eq(users.status, 'active'), (await setUp.isNeeded()) ? eq(users.isAnonymous, false) : undefined)
}

/** One indexed look-up, so that a sign-out takes effect immediately although the JWT itself stays valid for minutes. */
export async function isSessionAlive(deps: LiveDeps, session: { id: string; userId: string }): Promise<boolean> {
  const { sessions, users } = schema
  const rows = await deps.queries
    .select({ id: sessions.id })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(
      and(
        eq(sessions.id, session.id),
        eq(sessions.userId, session.userId),
        gt(sessions.expiresAt, deps.clock.now()),
        await mayBeHere(deps),
      ),
    )
  return rows.length > 0
}

/**
 * Those of these sessions and access tokens that are still alive, and those of these users who may get in. All ids are UUIDs and never
 * clash.
 */
export async function findLiveIds(deps: LiveDeps, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { accessTokens, sessions, users } = schema
  const here = await mayBeHere(deps)
  const now = deps.clock.now()
  const liveSessions = await deps.queries
    .select({ id: sessions.id })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(inArray(sessions.id, [...ids]), gt(sessions.expiresAt, now), here))
  const liveTokens = await deps.queries
    .select({ id: accessTokens.id })
    .from(accessTokens)
    .innerJoin(users, eq(users.id, accessTokens.userId))
    .where(
      and(
        inArray(accessTokens.id, [...ids]),
        isNull(accessTokens.revokedAt),
        or(isNull(accessTokens.expiresAt), gt(accessTokens.expiresAt, now)),
        here,
      ),
    )
  const liveUsers = await deps.queries
    .select({ id: users.id })
    .from(users)
    .where(and(inArray(users.id, [...ids]), eq(users.status, 'active')))
  return new Set([...liveSessions, ...liveTokens, ...liveUsers].map(({ id }) => id))
}
