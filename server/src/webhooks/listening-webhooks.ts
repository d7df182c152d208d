import type { Id, WebhookEvent } from '@holdfast/shared'
import { sql, type SQL } from 'drizzle-orm'
import { z } from 'zod'

/** A webhook that is to be notified of an event. */
export interface ListeningWebhook {
  readonly id: Id
  readonly includeText: boolean
}

const listeningSchema = z.array(z.object({ id: z.string(), includeText: z.boolean() }))

/**
 * A column for the `returning` of a statement that runs anyway: the webhooks of a user that listen to an event, for
 * {@link parseListening}. So an answer of somebody without webhooks costs no statement.
 */
export function listeningWebhooks(userId: Id, event: WebhookEvent): SQL<string | null> {
  return sql<string | null>`(select json_agg(json_build_object('id', w.id, 'includeText', w.include_text))::text
    from webhooks w where w.user_id = ${userId}::uuid and w.active and ${event}::text = any(w.events))`
}

export function parseListening(text: string | null | undefined): ListeningWebhook[] {
  return text === null || text === undefined ? [] : listeningSchema.parse(JSON.parse(text))
}
