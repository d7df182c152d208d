import { activeStatusCondition, schema } from '@holdfast/drizzle'
import { isActive, type Id, type messagesCancelInput, type messagesCancelOutput } from '@holdfast/shared'
import { and, eq, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { readMessageRow } from '../../conversation-store/read-path.ts'
import { transact, type UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import { cancelIdleGeneration, type EndDeps } from '../../generation/ending/end-generation.ts'
import type { CancelSignals } from '../../generation/store/cancel-signals.ts'
import { readRemote, readToolCalls, toCallKey } from '../../generation/store/tool-ledger.ts'
import type { ToolRunner } from '../../tools/tool-runner.ts'

const { generations, messages } = schema

/**
 * Requests that an answer stops, without waiting for it: gives the stored status, which is `cancelled` if no worker was running it,
 * `generating` if a worker has yet to stop (milliseconds), or how the answer had ended. Its text is kept. A repeat is harmless.
 * @throws Refusal NOT_FOUND
 */
export async function cancelMessage(
  deps: UnitOfWorkDeps & EndDeps & { cancels: CancelSignals; tools: Pick<ToolRunner, 'abandon'> },
  userId: Id,
  { messageId }: z.output<typeof messagesCancelInput>,
): Promise<z.infer<typeof messagesCancelOutput>> {
  const row = await readMessageRow(deps.database.queries, userId, messageId)
  if (!isActive(row.status)) return { id: row.id, status: row.status }
  return transact(deps, async (unit) => {
    const { tx } = unit
    const [found] = await tx
      .select({ generation: generations, abandoned: sql<boolean>`coalesce(${generations.leaseUntil} < now(), false)` })
      .from(generations)
      .where(and(eq(generations.messageId, messageId), activeStatusCondition(generations.status)))
      .for('update')
    if (found && (found.generation.status !== 'generating' || found.abandoned)) {
      const calls = await readToolCalls(tx, found.generation.id)
      await cancelIdleGeneration(deps, unit, found.generation)
      for (const call of calls) {
        const remote = call.endedAt === null ? readRemote(call) : null
        // The worker has left the call to a person: nobody else would tell its server.
        if (remote) unit.afterCommit(() => void deps.tools.abandon(call.name, toCallKey(call), remote))
      }
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
