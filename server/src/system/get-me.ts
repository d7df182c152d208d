import { activeStatusCondition, schema } from '@holdfast/drizzle'
import type { Id, Me } from '@holdfast/shared'
import { and, eq, ne } from 'drizzle-orm'
import type { LimitDeps } from '../limits/check-question.ts'
import { sumFiles } from '../limits/check-room.ts'
import { effectiveLimits } from '../limits/effective-limits.ts'
import { readUsage } from '../limits/usage-counters.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database/database.ts'
import { Refusal } from '../platform/refusal.ts'

const { generations, users } = schema

/** The calling user, their limits and what they have used. @throws Refusal UNAUTHORIZED for an account that no longer exists */
export async function getMe(
  { database, settings, clock }: LimitDeps & { readonly database: Database; readonly clock: Clock },
  userId: Id,
): Promise<Me> {
  const { queries } = database
  const [user] = await queries.select().from(users).where(eq(users.id, userId))
  if (!user) throw new Refusal('UNAUTHORIZED', 'This account no longer exists')
  const { [userId]: used } = await readUsage(queries, [userId], clock.now())
  const generating = await queries.$count(
    generations,
    and(eq(generations.userId, userId), activeStatusCondition(generations.status), ne(generations.status, 'waiting')),
  )
  return {
    id: user.id,
    name: user.name,
    ...(user.isAnonymous ? {} : { email: user.email }),
    role: user.role,
    isGuest: user.isAnonymous,
    limits: effectiveLimits(settings.current(), user),
    usage: {
      tokensToday: used?.tokensToday ?? 0,
      microUsdThisMonth: used?.microUsdThisMonth ?? 0,
      bytesStored: await sumFiles(queries, userId),
      generating,
    },
  }
}
