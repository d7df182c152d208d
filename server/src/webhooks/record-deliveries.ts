import { schema } from '@holdfast/drizzle'
import type { Id, Json, WebhookEvent } from '@holdfast/shared'
import { and, eq, inArray } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Transaction } from '../platform/database/database.ts'
import type { ListeningWebhook } from './listening-webhooks.ts'
import type { WebhookJobs } from './webhook-jobs.ts'

const { webhooks, webhookDeliveries } = schema

export interface WebhookNotice {
  readonly userId: Id
  readonly event: WebhookEvent
  /** When it happened. */
  readonly at: Date
  /** What it is about: an event of a conversation's log, or a date of a task. */
  readonly about: { readonly conversationId: Id; readonly seq: number } | { readonly taskId: Id; readonly dueDate: string }
  /** The `data` of its payload, with the texts or without them. */
  readonly data: (includeText: boolean) => Record<string, Json>
}

/**
 * Writes what is to be sent to webhooks, with its jobs, in the transaction of the event. What was written before is not written again, and
 * webhooks that were deleted after they were looked up are left out.
 */
export async function recordDeliveries(
  { tx, jobs, now }: { readonly tx: Transaction; readonly jobs: WebhookJobs; readonly now: Date },
  listening: readonly ListeningWebhook[],
  { userId, event, at, about, data }: WebhookNotice,
): Promise<void> {
  if (listening.length === 0) return
  const timestamp = at.toISOString()
  const existing = await lockExisting(tx, userId, listening)
  if (existing.length === 0) return
  const written = await tx
    .insert(webhookDeliveries)
    .values(
      existing.map(({ id: webhookId, includeText }) => ({
        id: uuidv7(),
        webhookId,
        userId,
        ...about,
        event,
        payload: JSON.stringify({ type: event, timestamp, data: data(includeText) }),
        tryingSince: now,
        nextAttemptAt: now,
        createdAt: now,
      })),
    )
    .onConflictDoNothing()
    .returning({ id: webhookDeliveries.id, userId: webhookDeliveries.userId })
  for (const delivery of written) await jobs.enqueueDelivery(tx, delivery)
}

/** Keeps webhooks from being deleted until the commit: a foreign key that fails would undo the end of an answer. */
async function lockExisting(
  tx: Transaction,
  userId: Id,
  listening: readonly ListeningWebhook[],
): Promise<readonly ListeningWebhook[]> {
  const ids = listening.map(({ id }) => id)
  const rows = await tx
    .select({ id: webhooks.id })
    .from(webhooks)
    .where(and(eq(webhooks.userId, userId), inArray(webhooks.id, ids)))
    .for('key share')
  const locked = new Set(rows.map(({ id }) => id))
  return listening.filter(({ id }) => locked.has(id))
}
