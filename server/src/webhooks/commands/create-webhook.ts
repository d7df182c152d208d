import { schema } from '@holdfast/drizzle'
import { maxWebhooks, type Id, type webhooksCreateInput, type webhooksCreateOutput } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { badField, idTaken, Refusal } from '../../platform/refusal.ts'
import { checkWebhookUrl } from '../check-webhook-url.ts'
import type { WebhookTools } from '../open-webhooks.ts'
import { createWebhookSecret } from '../sign-payload.ts'
import { rowToWebhook, type WebhookRow } from '../webhook-row.ts'

const { users, webhooks } = schema

/** The time within which a client may repeat a request whose answer it did not get. */
const repeatWithinMs = 10 * 60_000

interface CreateDeps extends Pick<WebhookTools, 'webhookCipher' | 'insideForWebhooks'> {
  readonly database: Database
  readonly clock: Clock
  readonly config: { readonly isForThisMachine: boolean }
}

/**
 * Creates a webhook. This answer is the only one with its secret; a repeat with the same `webhookId` and body gives it again for ten minutes.
 * @throws Refusal BAD_REQUEST for an address inside of a network or too many webhooks, FORBIDDEN for guests from elsewhere, CONFLICT id-taken
 */
export async function createWebhook(
  deps: CreateDeps,
  userId: Id,
  { webhookId, ...input }: z.output<typeof webhooksCreateInput>,
): Promise<z.infer<typeof webhooksCreateOutput>> {
  const { queries } = deps.database
  checkWebhookUrl(input.url, deps.insideForWebhooks)
  const now = deps.clock.now()
  const id = webhookId ?? uuidv7()
  return await queries.transaction(async (tx) => {
    // The lock of the user's row keeps two requests from passing the limit together.
    const [user] = await tx.select({ isGuest: users.isAnonymous }).from(users).where(eq(users.id, userId)).for('no key update')
    if (user?.isGuest && !deps.config.isForThisMachine) throw new Refusal('FORBIDDEN', 'Webhooks are for people with an account')
    const [existing] = await tx
      .select()
      .from(webhooks)
      .where(and(eq(webhooks.id, id), eq(webhooks.userId, userId)))
    if (existing) return repeat(deps, existing, input, now)
    const count = await tx.$count(webhooks, eq(webhooks.userId, userId))
    if (count >= maxWebhooks) throw badField('url', `you have ${maxWebhooks} webhooks already: delete one first`)
    const secret = createWebhookSecret()
    const [row] = await tx
      .insert(webhooks)
      .values({ ...input, id, userId, encryptedSecret: deps.webhookCipher.encrypt(secret, id), createdAt: now, updatedAt: now })
      .onConflictDoNothing({ target: webhooks.id })
      .returning()
    if (!row) throw idTaken('webhookId')
    return { ...rowToWebhook(row), secret }
  })
}

function repeat(
  { webhookCipher }: CreateDeps,
  row: WebhookRow,
  { url, description, events, includeText }: Omit<z.output<typeof webhooksCreateInput>, 'webhookId'>,
  now: Date,
): z.infer<typeof webhooksCreateOutput> {
  const isSame =
    row.url === url &&
    row.description === description &&
    row.includeText === includeText &&
    row.events.join(' ') === events.join(' ')
  const secret = webhookCipher.decrypt(row.encryptedSecret, row.id)
  if (!isSame || secret === null || now.getTime() - row.createdAt.getTime() > repeatWithinMs) throw idTaken('webhookId')
  return { ...rowToWebhook(row), secret }
}
