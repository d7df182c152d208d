import { activeStatusCondition, schema } from '@holdfast/drizzle'
import { and, eq, type SQL } from 'drizzle-orm'
import type { UnitOfWork } from '../event-log/unit-of-work.ts'
import { endWithoutWorker, type EndDeps } from '../generation/ending/end-generation.ts'
import type { CancelSignals } from '../generation/store/cancel-signals.ts'

const { generations, messages } = schema

/** Cancels every active generation whose row, or whose message's row, matches `which`; workers that run one are stopped. */
export async function cancelGenerations(
  deps: EndDeps & { readonly cancels: CancelSignals },
  unit: UnitOfWork,
  which: SQL | undefined,
): Promise<void> {
  const active = await unit.tx
    .select({ id: generations.id })
    .from(generations)
    .innerJoin(messages, eq(messages.id, generations.messageId))
    .where(and(which, activeStatusCondition(generations.status)))
    .orderBy(generations.id)
    .for('update', { of: generations })
  for (const { id } of active) {
    const [current] = await unit.tx.select().from(generations).where(eq(generations.id, id))
    // Ending one also ends those that are queued behind it.
    if (current && current.endedAt === null) await endWithoutWorker(deps, unit, current)
  }
}
