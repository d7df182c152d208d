import { schema } from '@holdfast/drizzle'
import { isActive, type Id, type messagesCancelOutput } from '@holdfast/shared'
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { CancelSignals } from '../generation/cancel-signals.ts'
import { cancelIdleGeneration, type EndDeps } from '../generation/end-generation.ts'
import { transact, type UnitOfWorkDeps } from '../log/unit-of-work.ts'
import { readMessageRow } from './read-path.ts'

const { generations, messages } = schema

/**
 * Asks to stop an answer and gives its stored status at once: `cancelled` if nobody was writing it, `generating` if a worker has to
 * stop first (milliseconds), or how it ended. What was written stays. Repeating it is harmless. @throws Refusal NOT_FOUND
 */
export async function cancelMessage(
  deps: UnitOfWorkDeps & EndDeps & { cancels: CancelSignals },
  userId: Id,
  messageId: Id,
): Promise<z.infer<typeof messagesCancelOutput>> {
  const row = await readMessageRow(deps.database.queries, userId, messageId)
  if (!isActive(row.status)) return { id: row.id, status: row.status }
  return transact(deps, async (unit) => {
    const { tx } = unit
    const [found] = await tx
      .select({ generation: generations, abandoned: sql<boolean>`coalesce(${generations.leaseUntil} < now(), false)` })
      .from(generations)
      .where(and(eq(generations.messageId, messageId), inArray(generations.status, ['queued', 'generating', 'waiting'])))
      .for('update')
    if (found && (found.generation.status !== 'generating' || found.abandoned)) {
      await cancelIdleGeneration(deps, unit, found.generation)
    } else if (found) {
      await tx
        .update(generations)
        .set({ cancelRequestedAt: sql`coalesce(${generations.cancelRequestedAt}, now())` })
        .where(eq(generations.id, found.generation.id))
      unit.afterCommit(() => deps.cancels.request(found.generation.id))
    }
    const [now] = await tx.select({ status: messages.status }).from(messages).where(eq(messages.id, messageId))
    return { id: messageId, status: now?.status ?? row.status }
  })
}
