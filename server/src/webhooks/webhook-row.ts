import { schema } from '@holdfast/drizzle'
import type { Id, Webhook, WebhookDelivery } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import type { Queries } from '../platform/database/database.ts'
import { notFound } from '../platform/refusal.ts'

const { webhooks, webhookDeliveries } = schema

export type WebhookRow = typeof webhooks.$inferSelect
export type DeliveryRow = typeof webhookDeliveries.$inferSelect

/** A webhook as its owner sees it: never its secret. */
export function rowToWebhook(row: WebhookRow): Webhook {
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    events: row.events,
    includeText: row.includeText,
    active: row.active,
    stopped: row.stopped,
    failingSince: row.failingSince?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

export function rowToDelivery(row: DeliveryRow): WebhookDelivery {
  return {
    id: row.id,
    webhookId: row.webhookId,
    event: row.event,
    conversationId: row.conversationId,
    taskId: row.taskId,
    state: row.state,
    attempts: row.attempts,
    payload: row.payload,
    lastStatus: row.lastStatus,
    lastError: row.lastError,
    createdAt: row.createdAt.toISOString(),
    nextAttemptAt: row.state === 'pending' ? row.nextAttemptAt.toISOString() : null,
    endedAt: row.endedAt?.toISOString() ?? null,
  }
}

/** A user's webhook. @throws Refusal NOT_FOUND */
export async function readWebhook(queries: Queries, userId: Id, webhookId: Id): Promise<WebhookRow> {
  const [row] = await queries
    .select()
    .from(webhooks)
    .where(and(eq(webhooks.id, webhookId), eq(webhooks.userId, userId)))
  if (!row) throw notFound('Webhook')
  return row
}
