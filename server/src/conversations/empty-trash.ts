import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { and, asc, eq, lt } from 'drizzle-orm'
import { transact, type UnitOfWorkDeps } from '../event-log/unit-of-work.ts'
import type { Eraser } from '../platform/database/eraser.ts'

const { conversations } = schema

/**
 * Deletes conversations for good that were moved to the trash before `before`, the oldest first, at most `limit` of them. One that is
 * restored meanwhile stays. Gives their number.
 */
export async function emptyTrash(
  deps: UnitOfWorkDeps & { readonly eraser: Pick<Eraser, 'request'> },
  { before, limit }: { readonly before: Date; readonly limit: number },
): Promise<number> {
  const found = await deps.database.queries
    .select({ id: conversations.id })
    .from(conversations)
    .where(lt(conversations.deletedAt, before))
    .orderBy(asc(conversations.deletedAt))
    .limit(limit)
  let count = 0
  // A transaction for each: nobody waits for all of them.
  for (const { id } of found) if (await deleteForGood(deps, id, before)) count += 1
  if (count > 0) deps.eraser.request()
  return count
}

function deleteForGood(deps: UnitOfWorkDeps, id: Id, before: Date): Promise<boolean> {
  return transact(deps, async (unit) => {
    const { tx } = unit
    const isOld = and(eq(conversations.id, id), lt(conversations.deletedAt, before))
    // The row references one of its own messages, which would keep the cascade from deleting them.
    const [locked] = await tx.update(conversations).set({ activeMessageId: null }).where(isOld).returning()
    if (!locked) return false
    await tx.delete(conversations).where(eq(conversations.id, id))
    unit.notify(locked.userId, { type: 'conversation-removed', conversationId: id })
    return true
  })
}
