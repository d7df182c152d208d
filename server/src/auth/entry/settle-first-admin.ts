import { schema } from '@holdfast/drizzle'
import { and, asc, eq } from 'drizzle-orm'
import type { Queries } from '../../platform/database/database.ts'
import type { Logger } from '../../platform/logger.ts'

const { users } = schema

/**
 * Gives a server that had people before there were roles an administrator: the earliest account. Where only this machine reaches it, and
 * nobody has an account, the earliest guest.
 */
export async function settleFirstAdmin(deps: {
  readonly queries: Queries
  readonly logger: Logger
  readonly isForThisMachine: boolean
}): Promise<void> {
  const { queries, logger, isForThisMachine } = deps
  const [admin] = await queries.select({ id: users.id }).from(users).where(eq(users.role, 'admin')).limit(1)
  if (admin) return
  const findEarliest = async (isAnonymous: boolean) => {
    const isCandidate = and(eq(users.isAnonymous, isAnonymous), eq(users.status, 'active'))
    const [user] = await queries.select({ id: users.id }).from(users).where(isCandidate).orderBy(asc(users.id)).limit(1)
    return user
  }
  const earliest = (await findEarliest(false)) ?? (isForThisMachine ? await findEarliest(true) : undefined)
  if (!earliest) return
  await queries.update(users).set({ role: 'admin' }).where(eq(users.id, earliest.id))
  logger.warn({ event: 'admin-settled', userId: earliest.id }, 'nobody was an administrator: the earliest user is one now')
}
