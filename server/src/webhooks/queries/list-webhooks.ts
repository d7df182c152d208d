import { schema } from '@holdfast/drizzle'
import type { Id, webhooksListOutput } from '@holdfast/shared'
import { desc, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Database } from '../../platform/database/database.ts'
import { rowToWebhook } from '../webhook-row.ts'

const { webhooks } = schema

/** The user's webhooks, newest first. Never their secrets. */
export async function listWebhooks(
  { database }: { readonly database: Database },
  userId: Id,
): Promise<z.infer<typeof webhooksListOutput>> {
  const rows = await database.queries
    .select()
    .from(webhooks)
    .where(eq(webhooks.userId, userId))
    .orderBy(desc(webhooks.createdAt), desc(webhooks.id))
  return { items: rows.map(rowToWebhook) }
}
