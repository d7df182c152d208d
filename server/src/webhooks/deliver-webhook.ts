import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database/database.ts'
import type { Logger } from '../platform/logger.ts'
import { claimDelivery } from './claim-delivery.ts'
import { failUndeliverable, releaseDelivery, settleDelivery } from './settle-delivery.ts'
import type { WebhookTools } from './open-webhooks.ts'
import { signPayload } from './sign-payload.ts'
import type { WebhookJobs } from './webhook-jobs.ts'
import type { DeliveryRow, WebhookRow } from './webhook-row.ts'
import type { SendOutcome } from './webhook-sender.ts'

const { users, webhooks, webhookDeliveries } = schema

export interface DeliverDeps extends Pick<WebhookTools, 'webhookCipher' | 'webhookSender'> {
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly jobs: WebhookJobs
}

/**
 * The job of a delivery: sends the first pending one of its conversation and webhook, and those behind it, until one has to wait. The job
 * of the one that waits comes back at its time; all others end, since that one sends them.
 */
export async function deliverWebhook(deps: DeliverDeps, deliveryId: Id, signal: AbortSignal): Promise<void> {
  const { queries } = deps.database
  const [lane] = await queries
    .select({
      webhookId: webhookDeliveries.webhookId,
      userId: webhookDeliveries.userId,
      conversationId: webhookDeliveries.conversationId,
      taskId: webhookDeliveries.taskId,
    })
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.id, deliveryId))
  // It is gone with its webhook, its conversation or its task.
  if (!lane) return
  /** Whether this job has sent what is first now, or what was before it. */
  let isLeading = false
  while (!signal.aborted) {
    const claim = await claimDelivery(deps.database, lane, deps.clock.now())
    if (claim.type === 'empty') return
    if (claim.type === 'wait') {
      if (isLeading || claim.id === deliveryId) await comeBack(deps, { id: claim.id, userId: lane.userId }, claim.at)
      return
    }
    isLeading = true
    const [row] = await queries
      .select({ webhook: webhooks, status: users.status })
      .from(webhooks)
      .innerJoin(users, eq(users.id, webhooks.userId))
      .where(eq(webhooks.id, lane.webhookId))
    if (!row) return
    const { webhook, status } = row
    if (webhook.active && status === 'active') await attempt(deps, webhook, claim.delivery, signal)
    else if (await failUndeliverable(deps, webhook.id)) return
    // It was switched on meanwhile: tried again.
    else await releaseDelivery(deps, claim.delivery)
  }
}

async function attempt(deps: DeliverDeps, webhook: WebhookRow, delivery: DeliveryRow, signal: AbortSignal): Promise<void> {
  const { logger } = deps
  const { id: deliveryId, attempts, event: delivered } = delivery
  const about = { webhookId: webhook.id, deliveryId, attempts, delivered }
  let outcome: SendOutcome
  try {
    outcome = await send(deps, webhook, delivery, signal)
  } catch (error) {
    if (!signal.aborted) throw error
    return await releaseDelivery(deps, delivery)
  }
  const stopped = await settleDelivery(deps, delivery, outcome)
  if (outcome.error === null) logger.debug({ ...about, event: 'webhook-delivered' }, 'a webhook was notified')
  else logger.info({ ...about, event: 'webhook-failed', status: outcome.status }, outcome.error)
  if (stopped !== null) logger.warn({ ...about, event: 'webhook-stopped', stopped }, 'a webhook was switched off')
}

async function send(
  { clock, webhookCipher, webhookSender }: DeliverDeps,
  webhook: WebhookRow,
  { id, payload }: DeliveryRow,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const secret = webhookCipher.decrypt(webhook.encryptedSecret, webhook.id)
  if (secret === null)
    return { status: null, error: 'The secret cannot be read, since that of the server has changed. Make another webhook.' }
  return await webhookSender.send({ url: webhook.url, headers: signPayload(secret, id, clock.now(), payload), payload }, signal)
}

async function comeBack({ database, jobs }: DeliverDeps, delivery: { id: Id; userId: Id }, at: Date): Promise<void> {
  await database.queries.transaction((tx) => jobs.enqueueDelivery(tx, delivery, at))
}
