import { schema } from '@holdfast/drizzle'
import type { Id, Json, WebhookEvent } from '@holdfast/shared'
import { v7 as uuidv7 } from 'uuid'
import type { Transaction } from '../platform/database/database.ts'
import type { ListeningWebhook } from './listening-webhooks.ts'
import type { WebhookJobs } from './webhook-jobs.ts'

const { webhookDeliveries } = schema

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

/** Writes what is to be sent to webhooks, with its jobs, in the transaction of the event. One that was written before is not written again. */
export async function recordDeliveries(
  { tx, jobs, now }: { readonly tx: Transaction; readonly jobs: WebhookJobs; readonly now: Date },
  listening: readonly ListeningWebhook[],
  { userId, event, at, about, data }: WebhookNotice,
): Promise<void> {
  if (listening.length === 0) return
  const timestamp = at.toISOString()
  const written = await tx
    .insert(webhookDeliveries)
    .values(
      listening.map(({ id: webhookId, includeText }) => ({
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
