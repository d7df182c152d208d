import { schema } from '@holdfast/drizzle'
import { and, asc, eq, gt, lte, sql } from 'drizzle-orm'
import type { Database } from '../platform/database/database.ts'
import type { DeliveryRow } from './webhook-row.ts'

const { webhookDeliveries } = schema

/** A delivery whose attempt has not ended after this time is taken for lost. Longer than an attempt can take. */
const leaseMs = 20_000

export type Lane = Pick<DeliveryRow, 'webhookId' | 'conversationId' | 'taskId'>

/** The deliveries of a webhook about one conversation, or one task: a later one waits for those before it. */
function isInLane({ webhookId, conversationId, taskId }: Lane) {
  const about =
    conversationId === null ? eq(webhookDeliveries.taskId, taskId ?? '') : eq(webhookDeliveries.conversationId, conversationId)
  return and(eq(webhookDeliveries.webhookId, webhookId), about, eq(webhookDeliveries.state, 'pending'))
}

/**
 * Claims the first pending delivery of a lane for one attempt. `wait`: it is not due before `at`, or another job has claimed it.
 * `empty`: nothing is pending.
 */
export async function claimDelivery(
  { queries }: Pick<Database, 'queries'>,
  lane: Lane,
  now: Date,
): Promise<
  | { readonly type: 'claimed'; readonly delivery: DeliveryRow }
  | { readonly type: 'wait'; readonly id: string; readonly at: Date }
  | { readonly type: 'empty' }
> {
  const order = [asc(webhookDeliveries.seq), asc(webhookDeliveries.dueDate)] as const
  for (;;) {
    const [head] = await queries
      .select({ id: webhookDeliveries.id, at: webhookDeliveries.nextAttemptAt })
      .from(webhookDeliveries)
      .where(isInLane(lane))
      .orderBy(...order)
      .limit(1)
    if (!head) return { type: 'empty' }
    if (head.at > now) return { type: 'wait', id: head.id, at: head.at }
    const [delivery] = await queries
      .update(webhookDeliveries)
      .set({ attempts: sql`${webhookDeliveries.attempts} + 1`, nextAttemptAt: new Date(now.getTime() + leaseMs) })
      .where(
        and(eq(webhookDeliveries.id, head.id), eq(webhookDeliveries.state, 'pending'), lte(webhookDeliveries.nextAttemptAt, now)),
      )
      .returning()
    if (delivery) return { type: 'claimed', delivery }
  }
}

/** The embedded database has one process: what was claimed belonged to one that has died. A retry that waits may come a little early. */
export async function releaseClaims({ queries }: Pick<Database, 'queries'>): Promise<void> {
  const soon = sql`now() + make_interval(secs => ${leaseMs / 1_000})`
  await queries
    .update(webhookDeliveries)
    .set({ nextAttemptAt: sql`now()` })
    .where(
      and(eq(webhookDeliveries.state, 'pending'), gt(webhookDeliveries.attempts, 0), lte(webhookDeliveries.nextAttemptAt, soon)),
    )
}
