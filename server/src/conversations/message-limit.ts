import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { and, desc, eq, gt, sql } from 'drizzle-orm'
import { executeRows, type Transaction } from '../platform/database/database.ts'
import { Refusal } from '../platform/refusal.ts'

const { generations } = schema

const windowMs = 60_000

/**
 * Refuses when a user has started `messagesPerMinute` generations in the last 60 seconds, over all nodes, sockets and tabs.
 * @throws Refusal TOO_MANY_REQUESTS rate-limited with `retryAfterMs`
 */
export async function checkMessageLimit(
  tx: Transaction,
  input: { userId: Id; messagesPerMinute: number; now: Date },
): Promise<void> {
  const { userId, messagesPerMinute, now } = input
  // Held until the commit, so that each count includes what concurrent requests have started.
  await executeRows(tx, sql`select pg_advisory_xact_lock(hashtextextended(${`message-limit ${userId}`}, 0))`)
  const [blocking] = await tx
    .select({ createdAt: generations.createdAt })
    .from(generations)
    .where(and(eq(generations.userId, userId), gt(generations.createdAt, new Date(now.getTime() - windowMs))))
    .orderBy(desc(generations.createdAt))
    .offset(messagesPerMinute - 1)
    .limit(1)
  if (!blocking) return
  const retryAfterMs = Math.max(1, blocking.createdAt.getTime() + windowMs - now.getTime())
  throw new Refusal('TOO_MANY_REQUESTS', `Too many messages. Try again in ${Math.ceil(retryAfterMs / 1_000)} s`, {
    reason: 'rate-limited',
    retryAfterMs,
  })
}
