import { activeStatusCondition, schema } from '@holdfast/drizzle'
import { and, eq, or, sql, type SQL } from 'drizzle-orm'
import { transact, type UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Logger } from '../../platform/logger.ts'
import { leaseSeconds } from '../writer/append-batches.ts'

const { generations } = schema

/** An owner that writes nothing renews its lease every three to four seconds. */
const silentSeconds = 6
const lookEveryMs = 1_000
const perLook = 100

const isSilent = sql`${generations.leaseUntil} < now() + make_interval(secs => ${leaseSeconds - silentSeconds})`
/** Readers were told of this very lease. */
const isTold = sql`${generations.stalledLease} is not distinct from ${generations.leaseUntil}`
const hasStalled: SQL = sql`(${isSilent} and not (${isTold}))`
const isBack: SQL = sql`(${generations.stalledLease} is not null and not (${isSilent}))`
/** The first condition lets the index on active generations apply. */
const toTell = and(activeStatusCondition(generations.status), eq(generations.status, 'generating'), or(hasStalled, isBack))

/**
 * Tells readers when the node that writes an answer gives no sign of life, and when it does again. Every node looks, also those that run no
 * jobs: of several that find the same, one tells. Within one process there is nobody to look.
 */
export function startStallWatch(deps: UnitOfWorkDeps & { readonly database: Database; readonly logger: Logger }): Disposable {
  const { database, logger } = deps
  if (database.kind === 'pglite') return { [Symbol.dispose]: () => {} }
  let isLooking = false
  const look = async () => {
    if (isLooking) return
    isLooking = true
    try {
      await tellStalled(deps)
    } catch (error) {
      logger.warn({ event: 'stall-watch-failed', err: error }, 'could not look for answers that stand still, trying again')
    } finally {
      isLooking = false
    }
  }
  const timer = setInterval(() => void look(), lookEveryMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

async function tellStalled(deps: UnitOfWorkDeps): Promise<void> {
  const found = await deps.database.queries.select({ id: generations.id }).from(generations).where(toTell).limit(perLook)
  for (const { id } of found) {
    await transact(deps, async ({ tx, append }) => {
      // Another node may have told meanwhile, and its owner may be back: the row says.
      const isOne = and(eq(generations.id, id), eq(generations.status, 'generating'))
      const [stalled] = await tx
        .update(generations)
        .set({ stalledLease: sql`${generations.leaseUntil}` })
        .where(and(isOne, hasStalled))
        .returning()
      if (stalled) {
        await append(stalled.conversationId, [{ type: 'generation-stalled', messageId: stalled.messageId }])
        return
      }
      const [back] = await tx.update(generations).set({ stalledLease: null }).where(and(isOne, isBack)).returning()
      if (back) await append(back.conversationId, [{ type: 'generation-stalled', messageId: back.messageId, isOver: true }])
    })
  }
}
