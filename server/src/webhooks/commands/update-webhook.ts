import { schema } from '@holdfast/drizzle'
import type { Id, Webhook, webhooksUpdateInput } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { notFound } from '../../platform/refusal.ts'
import { checkWebhookUrl } from '../check-webhook-url.ts'
import type { WebhookTools } from '../open-webhooks.ts'
import { failPending } from '../settle-delivery.ts'
import { rowToWebhook } from '../webhook-row.ts'

const { webhooks } = schema

/**
 * Changes a webhook; what is omitted stays. Switching it off fails what waits for it, and switching it on forgets its failures.
 * @throws Refusal NOT_FOUND, BAD_REQUEST for an address inside of a network
 */
export async function updateWebhook(
  deps: Pick<WebhookTools, 'insideForWebhooks'> & { readonly database: Database; readonly clock: Clock },
  userId: Id,
  { webhookId, ...changes }: z.output<typeof webhooksUpdateInput>,
): Promise<Webhook> {
  if (changes.url !== undefined) checkWebhookUrl(changes.url, deps.insideForWebhooks)
  const now = deps.clock.now()
  return await deps.database.queries.transaction(async (tx) => {
    const [row] = await tx
      .update(webhooks)
      .set({ ...changes, ...(changes.active === undefined ? {} : { stopped: null, failingSince: null }), updatedAt: now })
      .where(and(eq(webhooks.id, webhookId), eq(webhooks.userId, userId)))
      .returning()
    if (!row) throw notFound('Webhook')
    if (!row.active) await failPending(tx, webhookId, now)
    return rowToWebhook(row)
  })
}
