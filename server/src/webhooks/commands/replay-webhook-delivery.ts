import { schema } from '@holdfast/drizzle'
import type { Id, WebhookDelivery, webhooksReplayInput } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import { transact, type UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import { badField, notFound } from '../../platform/refusal.ts'
import type { WebhookJobs } from '../webhook-jobs.ts'
import { readWebhook, rowToDelivery } from '../webhook-row.ts'

const { webhookDeliveries } = schema

/**
 * Sends a delivery again under its id, whatever became of it, for up to a day. One that is pending is tried without waiting longer.
 * @throws Refusal NOT_FOUND, BAD_REQUEST while its webhook is switched off
 */
export async function replayWebhookDelivery(
  deps: UnitOfWorkDeps & { readonly jobs: WebhookJobs },
  userId: Id,
  { deliveryId }: z.output<typeof webhooksReplayInput>,
): Promise<WebhookDelivery> {
  const now = deps.clock.now()
  return await transact(deps, async ({ tx }) => {
    const [row] = await tx
      .update(webhookDeliveries)
      .set({ state: 'pending', tryingSince: now, nextAttemptAt: now, endedAt: null })
      .where(and(eq(webhookDeliveries.id, deliveryId), eq(webhookDeliveries.userId, userId)))
      .returning()
    if (!row) throw notFound('Delivery')
    const webhook = await readWebhook(tx, userId, row.webhookId)
    if (!webhook.active) throw badField('deliveryId', 'is of a webhook that is switched off: switch it on first')
    await deps.jobs.enqueueDelivery(tx, row)
    return rowToDelivery(row)
  })
}
