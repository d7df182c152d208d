import { schema } from '@holdfast/drizzle'
import type { Activity, ConversationEvent, EventRecord, Id } from '@holdfast/shared'
import { eq, sql, type SQL } from 'drizzle-orm'
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core'
import type { Bus } from '../platform/bus/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Transaction } from '../platform/database/database.ts'
import { stalePlanCodes } from '../platform/database/stale-plans.ts'
import { errorToCode } from '../platform/error-codes.ts'
import { notFound } from '../platform/refusal.ts'
import { activityToKey, conversationTopic, noticeToHint, userTopic, type ActivityNotice, type LogNotice } from './topics.ts'

const { activityCounters, conversationLog, conversations } = schema

export interface Appended {
  readonly records: readonly EventRecord[]
  /** The conversation as it is then. */
  readonly row: typeof conversations.$inferSelect
}

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
  /** As `append` of at least one event, and changes further columns of the conversation in the same statement. */
  readonly appendAndSet: (appending: Appending) => Promise<Appended>
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
const retryableCodes = new Set(['40P01', '40001', ...stalePlanCodes])

/** Runs `work` in one transaction; publishes its events and activity after the commit. `work` may run again after a deadlock. */
export async function transact<Result>(deps: UnitOfWorkDeps, work: (unit: UnitOfWork) => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    const actions: (() => void)[] = []
    try {
      const result = await deps.database.queries.transaction(async (tx) => {
        actionsOf.set(tx, actions)
        const activity = new Map<Id, Map<string, Activity>>()
        const write = async (appending: Appending) => {
          const appended = await appendEvents(tx, deps.clock, appending)
          const notice: LogNotice = { lastSeq: appended.row.lastSeq, records: appended.records }
          actions.push(() => deps.bus.publish(conversationTopic(appending.conversationId), notice))
          return appended
        }
        const value = await work({
          tx,
          append: async (conversationId, events, generationId) =>
            events.length === 0 ? [] : (await write({ conversationId, events, generationId })).records,
          appendAndSet: write,
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

export interface Appending {
  readonly conversationId: Id
  readonly events: readonly ConversationEvent[]
  readonly generationId?: Id | undefined
  /** The time of the events, unless the log is further already; now by default. */
  readonly at?: Date
  /** Further columns of the conversation, given the number and the time of the last event. */
  readonly set?: (last: { readonly seq: SQL; readonly at: SQL }) => PgUpdateSetSource<typeof conversations>
}

/** Takes the numbers, writes the log and changes the conversation in one statement. @throws Refusal NOT_FOUND */
async function appendEvents(
  tx: Transaction,
  clock: Clock,
  { conversationId, events, generationId, set, at: time = clock.now() }: Appending,
): Promise<Appended> {
  const seq = sql`${conversations.lastSeq} + ${events.length}`
  const lastAt = sql`greatest(${conversations.lastEventAt}, ${time.toISOString()}::timestamptz)`
  const numbered = tx.$with('numbered').as(
    tx
      .update(conversations)
      .set({ ...set?.({ seq, at: lastAt }), lastSeq: seq, lastEventAt: lastAt })
      .where(eq(conversations.id, conversationId))
      .returning(),
  )
  const logged = tx.$with('logged', {}).as(
    sql`insert into ${conversationLog} (conversation_id, from_seq, n, generation_id, at, payload)
      select id, last_seq - ${events.length}::int + 1, ${events.length}::int, ${generationId ?? null}::uuid, last_event_at,
        ${JSON.stringify(events)}::text from numbered`,
  )
  const [row] = await tx.with(numbered, logged).select().from(numbered)
  if (!row) throw notFound('Conversation')
  const fromSeq = row.lastSeq - events.length + 1
  const at = row.lastEventAt.toISOString()
  return { row, records: events.map((event, index) => ({ seq: fromSeq + index, at, event })) }
}
