import { schema } from '@holdfast/drizzle'
import { eq, lt } from 'drizzle-orm'
import type { Clock } from '../platform/clock.ts'
import type { Queries } from '../platform/database/database.ts'

const { serverSettings, users } = schema

/** Makes a user who was just created the administrator if nobody came before, on this node or another. */
export async function welcomeFirstVisitor(deps: { queries: Queries; clock: Clock }, userId: string): Promise<void> {
  const { queries, clock } = deps
  // Ids are in the order of time.
  const earlier = await queries.select({ id: users.id }).from(users).where(lt(users.id, userId)).limit(1)
  if (earlier.length > 0) return
  // Two may come at the same moment: the key decides.
  const claimed = await queries
    .insert(serverSettings)
    .values({ key: 'firstVisitor', value: userId, updatedAt: clock.now(), updatedBy: null })
    .onConflictDoNothing()
    .returning({ key: serverSettings.key })
  if (claimed.length > 0) await queries.update(users).set({ role: 'admin' }).where(eq(users.id, userId))
}
