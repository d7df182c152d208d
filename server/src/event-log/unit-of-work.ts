import { schema } from '@holdfast/drizzle'
import type { Activity, ConversationEvent, EventRecord, Id } from '@holdfast/shared'
import { sql } from 'drizzle-orm'
import type { Bus } from '../platform/bus/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Transaction } from '../platform/database/database.ts'
import { errorToCode } from '../platform/error-codes.ts'
import { notFound } from '../platform/refusal.ts'
import { activityToKey, conversationTopic, noticeToHint, userTopic, type ActivityNotice, type LogNotice } from './topics.ts'

const { activityCounters, conversationLog, conversations } = schema

/** One transaction, and what it publishes after its commit. */
export interface UnitOfWork {
  readonly tx: Transaction
  /**
   * The only way to change a conversation: takes the next numbers under its row lock, which is held until the commit.
   * @throws Refusal NOT_FOUND when the conversation is gone
   */
  readonly append: (
    conversationId: Id,
    events: readonly ConversationEvent[],
    generationId?: Id,
  ) => Promise<readonly EventRecord[]>
  /** Notifies a user's lists. Of several items for one conversation the last one is sent. */
  readonly notify: (userId: Id, item: Activity) => void
  /** A hint to all nodes. */
  readonly publish: (topic: string) => void
  readonly afterCommit: (action: () => void) => void
}

export interface UnitOfWorkDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
}

const actionsOf = new WeakMap<Transaction, (() => void)[]>()

/** Runs `action` when the unit of work of this transaction has committed. A transaction that is none of ours: never. */
export function afterCommit(tx: Transaction, action: () => void): void {
  actionsOf.get(tx)?.push(action)
}

const maxTries = 5
/** Postgres ended one of two transactions that waited for each other, or that could not be ordered: the same again may succeed. */
const retryableCodes = new Set(['40P01', '40001'])

/** Runs `work` in one transaction; publishes its events and activity after the commit. `work` may run again after a deadlock. */
export async function transact<Result>(deps: UnitOfWorkDeps, work: (unit: UnitOfWork) => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    const actions: (() => void)[] = []
    try {
      const result = await deps.database.queries.transaction(async (tx) => {
        actionsOf.set(tx, actions)
        const activity = new Map<Id, Map<string, Activity>>()
        const value = await work({
          tx,
          append: async (conversationId, events, generationId) => {
            const records = await appendEvents(tx, deps.clock, conversationId, events, generationId)
            const lastSeq = records.at(-1)?.seq
            if (lastSeq !== undefined) {
              const notice: LogNotice = { lastSeq, records }
              actions.push(() => deps.bus.publish(conversationTopic(conversationId), notice))
            }
            return records
          },
          notify: (userId, item) => {
            const items = activity.get(userId) ?? new Map<string, Activity>()
            items.set(activityToKey(item), item)
            activity.set(userId, items)
          },
          publish: (topic) => {
            actions.push(() => deps.bus.publish(topic, null))
          },
          afterCommit: (action) => {
            actions.push(action)
          },
        })
        // After the conversation's lock, and in the order of ids: two transactions never wait for each other here.
        for (const userId of [...activity.keys()].toSorted()) {
          const items = [...(activity.get(userId)?.values() ?? [])]
          const n = await countActivity(tx, userId)
          const notice: ActivityNotice = { n, items }
          actions.push(() => deps.bus.publish(userTopic(userId), notice, noticeToHint(notice)))
        }
        return value
      })
      for (const action of actions) action()
      return result
    } catch (error) {
      if (tries >= maxTries || !retryableCodes.has(errorToCode(error) ?? '')) throw error
    }
  }
}

async function countActivity(tx: Transaction, userId: Id): Promise<number> {
  const [row] = await tx
    .insert(activityCounters)
    .values({ userId, n: 1 })
    .onConflictDoUpdate({ target: activityCounters.userId, set: { n: sql`${activityCounters.n} + 1` } })
    .returning({ n: activityCounters.n })
  return row?.n ?? 0
}

async function appendEvents(
  tx: Transaction,
  clock: Clock,
  conversationId: Id,
  events: readonly ConversationEvent[],
  generationId?: Id,
): Promise<readonly EventRecord[]> {
  if (events.length === 0) return []
  const [row] = await tx
    .update(conversations)
    .set({
      lastSeq: sql`${conversations.lastSeq} + ${events.length}`,
      lastEventAt: sql`greatest(${conversations.lastEventAt}, ${clock.now().toISOString()}::timestamptz)`,
    })
    .where(sql`${conversations.id} = ${conversationId}`)
    .returning({ lastSeq: conversations.lastSeq, at: conversations.lastEventAt })
  if (!row) throw notFound('Conversation')
  const fromSeq = row.lastSeq - events.length + 1
  await tx.insert(conversationLog).values({
    conversationId,
    fromSeq,
    n: events.length,
    generationId: generationId ?? null,
    at: row.at,
    payload: JSON.stringify(events),
  })
  const at = row.at.toISOString()
  return events.map((event, index) => ({ seq: fromSeq + index, at, event }))
}
