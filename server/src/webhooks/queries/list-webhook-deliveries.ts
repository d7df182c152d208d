import { schema } from '@holdfast/drizzle'
import type { Id, webhooksDeliveriesInput, webhooksDeliveriesOutput } from '@holdfast/shared'
import { and, desc, eq, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { listCursorToText, parseListCursor } from '../../files/list-cursor.ts'
import type { Database } from '../../platform/database/database.ts'
import { readWebhook, rowToDelivery } from '../webhook-row.ts'

const { webhookDeliveries } = schema

/** A page of what a webhook was sent or is to be sent, the newest first. @throws Refusal NOT_FOUND, BAD_REQUEST for a foreign cursor */
export async function listWebhookDeliveries(
  { database }: { readonly database: Database },
  userId: Id,
  { webhookId, cursor, limit }: z.output<typeof webhooksDeliveriesInput>,
): Promise<z.infer<typeof webhooksDeliveriesOutput>> {
  const { queries } = database
  const after = parseListCursor(cursor)
  await readWebhook(queries, userId, webhookId)
  const rows = await queries
    .select()
    .from(webhookDeliveries)
    .where(
      and(
        eq(webhookDeliveries.webhookId, webhookId),
        after
          ? sql`(${webhookDeliveries.createdAt}, ${webhookDeliveries.id}) < (${after.createdAt}::timestamptz, ${after.id}::uuid)`
          : undefined,
      ),
    )
    .orderBy(desc(webhookDeliveries.createdAt), desc(webhookDeliveries.id))
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map(rowToDelivery),
    nextCursor: rows.length > limit && last ? listCursorToText(last) : null,
  }
}
