import { schema } from '@holdfast/drizzle'
import type { Id, WebhookStop } from '@holdfast/shared'
import { and, eq, sql } from 'drizzle-orm'
import type { Clock } from '../platform/clock.ts'
import type { Database, Transaction } from '../platform/database/database.ts'
import type { DeliveryRow } from './webhook-row.ts'
import type { SendOutcome } from './webhook-sender.ts'

const { users, webhooks, webhookDeliveries } = schema

const secondMs = 1_000
const hourMs = 60 * 60 * secondMs
const firstDelayMs = 5 * secondMs
const longestDelayMs = 4 * hourMs
/** A delivery is tried for this long. */
export const triesForMs = 24 * hourMs
/** A webhook that fails for this long is switched off. */
export const failsForMs = 5 * 24 * hourMs

/** The time until the next attempt doubles, from five seconds to four hours: it is as long as all attempts took so far. */
export function toRetryDelayMs(tryingForMs: number): number {
  return Math.min(Math.max(tryingForMs, firstDelayMs), longestDelayMs)
}

interface SettleDeps {
  readonly database: Database
  readonly clock: Clock
}

/**
 * Writes what became of an attempt, unless its claim was lost. A receiver that is gone (410), or that fails for five days, switches its
 * webhook off, and all that waits for it has failed.
 * @returns whether the webhook was switched off by it
 */
export async function settleDelivery(
  { database, clock }: SettleDeps,
  delivery: DeliveryRow,
  { status, error }: SendOutcome,
): Promise<WebhookStop | null> {
  const now = clock.now()
  const attempt = { lastStatus: status, lastError: error }
  const isHeld = and(
    eq(webhookDeliveries.id, delivery.id),
    eq(webhookDeliveries.attempts, delivery.attempts),
    // Otherwise it was replayed meanwhile, and its time has begun again.
    eq(webhookDeliveries.tryingSince, delivery.tryingSince),
    eq(webhookDeliveries.state, 'pending'),
  )
  return await database.queries.transaction(async (tx) => {
    // The webhook first, as everything that changes both: two transactions never wait for each other.
    const [webhook] = await tx
      .select({ failingSince: webhooks.failingSince })
      .from(webhooks)
      .where(eq(webhooks.id, delivery.webhookId))
      .for('no key update')
    if (!webhook) return null
    const setFailingSince = (failingSince: Date | null) =>
      tx.update(webhooks).set({ failingSince }).where(eq(webhooks.id, delivery.webhookId))
    if (error === null) {
      await tx
        .update(webhookDeliveries)
        .set({ ...attempt, state: 'delivered', endedAt: now })
        .where(isHeld)
      if (webhook.failingSince !== null) await setFailingSince(null)
      return null
    }
    const tryingForMs = now.getTime() - delivery.tryingSince.getTime()
    const nextAttemptAt = new Date(now.getTime() + toRetryDelayMs(tryingForMs))
    const isOver = nextAttemptAt.getTime() - delivery.tryingSince.getTime() > triesForMs
    const [held] = await tx
      .update(webhookDeliveries)
      .set(isOver ? { ...attempt, state: 'failed', endedAt: now } : { ...attempt, nextAttemptAt })
      .where(isHeld)
      .returning({ id: webhookDeliveries.id })
    if (!held) return null
    if (status === 410) return await switchOff(tx, delivery.webhookId, 'gone', now)
    if (webhook.failingSince === null) await setFailingSince(now)
    else if (now.getTime() - webhook.failingSince.getTime() >= failsForMs) {
      return await switchOff(tx, delivery.webhookId, 'failing', now)
    }
    return null
  })
}

async function switchOff(tx: Transaction, webhookId: Id, stopped: WebhookStop, now: Date): Promise<WebhookStop> {
  await tx.update(webhooks).set({ active: false, stopped, updatedAt: now }).where(eq(webhooks.id, webhookId))
  await failPending(tx, webhookId, now)
  return stopped
}

/** What waits for a webhook that is switched off has failed: it can be sent by a replay. */
export async function failPending(tx: Pick<Transaction, 'update'>, webhookId: Id, now: Date): Promise<void> {
  await tx
    .update(webhookDeliveries)
    // What its receiver did last says more.
    .set({
      state: 'failed',
      endedAt: now,
      lastError: sql`coalesce(${webhookDeliveries.lastError}, 'The webhook was switched off.')`,
    })
    .where(and(eq(webhookDeliveries.webhookId, webhookId), eq(webhookDeliveries.state, 'pending')))
}

/**
 * Fails what waits for a webhook that is switched off, or whose owner is disabled. Asks again under the webhook's lock: it may have been
 * switched on since.
 * @returns whether it is so
 */
export async function failUndeliverable({ database, clock }: SettleDeps, webhookId: Id): Promise<boolean> {
  return await database.queries.transaction(async (tx) => {
    const [webhook] = await tx
      .select({ active: webhooks.active, status: users.status })
      .from(webhooks)
      .innerJoin(users, eq(users.id, webhooks.userId))
      .where(eq(webhooks.id, webhookId))
      .for('no key update', { of: webhooks })
    const isDeliverable = webhook?.active === true && webhook.status === 'active'
    if (!isDeliverable) await failPending(tx, webhookId, clock.now())
    return !isDeliverable
  })
}

/** Gives an attempt back that was stopped in the middle: another node makes it again. */
export async function releaseDelivery({ database, clock }: SettleDeps, { id, attempts }: DeliveryRow): Promise<void> {
  await database.queries
    .update(webhookDeliveries)
    .set({ nextAttemptAt: clock.now() })
    .where(and(eq(webhookDeliveries.id, id), eq(webhookDeliveries.attempts, attempts), eq(webhookDeliveries.state, 'pending')))
}
