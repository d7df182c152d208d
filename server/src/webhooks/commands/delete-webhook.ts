import { schema } from '@holdfast/drizzle'
import type { Id, webhooksDeleteInput, webhooksDeleteOutput } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Database } from '../../platform/database/database.ts'
import { notFound } from '../../platform/refusal.ts'

const { webhooks } = schema

/** Deletes a webhook with its deliveries, also those that wait. @throws Refusal NOT_FOUND */
export async function deleteWebhook(
  { database }: { readonly database: Database },
  userId: Id,
  { webhookId }: z.output<typeof webhooksDeleteInput>,
): Promise<z.infer<typeof webhooksDeleteOutput>> {
  const deleted = await database.queries
    .delete(webhooks)
    .where(and(eq(webhooks.id, webhookId), eq(webhooks.userId, userId)))
    .returning({ id: webhooks.id })
  if (deleted.length === 0) throw notFound('Webhook')
  return { webhookId }
}
