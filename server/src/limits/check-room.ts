import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { and, eq, gt, isNull, ne, or, sql, type SQL } from 'drizzle-orm'
import type { Clock } from '../platform/clock.ts'
import type { Queries, Transaction } from '../platform/database/database.ts'
import type { LimitDeps } from './check-question.ts'
import { effectiveLimits, personColumns } from './effective-limits.ts'
import { noRoomLeft } from './limit-refusals.ts'
import type { NearLimits } from './near-limits.ts'

const { files, users } = schema

export interface RoomDeps extends LimitDeps {
  readonly nearLimits: NearLimits
  readonly clock: Clock
}

/**
 * Refuses a file for which there is no room among all files of a person, or of the server. Concurrent checks wait for the commit of this
 * transaction, which has to insert the file.
 * @throws Refusal TOO_MANY_REQUESTS budget-exceeded
 */
export async function checkRoom(
  { settings, nearLimits, clock }: RoomDeps,
  tx: Transaction,
  { userId, bytes }: { readonly userId: Id; readonly bytes: number },
): Promise<void> {
  const { limits } = settings.current()
  const [person] = await tx.select(personColumns).from(users).where(eq(users.id, userId))
  const own = person ? effectiveLimits({ limits }, person).bytesStored : null
  for (const { scope, limit } of [
    { scope: userId, limit: own },
    { scope: 'server', limit: limits.server.bytesStored },
  ]) {
    if (limit === null) continue
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`files ${scope}`}, 0))`)
    const stored = await sumFiles(tx, scope === 'server' ? null : userId)
    if (stored + bytes > limit) throw noRoomLeft(limit, scope === 'server' ? 'server' : 'person')
    nearLimits.lookAtFiles(scope, stored + bytes, limit, clock.now())
  }
}

/** Which files count: what is being uploaded does, as a whole; what was deleted or refused does not. */
export function isFileCounted(): SQL | undefined {
  return and(ne(files.state, 'refused'), or(isNull(files.deletedAt), gt(files.deletedAt, sql`now()`)))
}

/** The bytes of a user's files, or of all that count. */
export async function sumFiles(queries: Queries, userId: Id | null): Promise<number> {
  const [row] = await queries
    .select({ bytes: sql`coalesce(sum(${files.bytes}), 0)`.mapWith(Number) })
    .from(files)
    .where(and(userId === null ? undefined : eq(files.userId, userId), isFileCounted()))
  return row?.bytes ?? 0
}
