import type { Id } from '@holdfast/shared'
import type { Transaction } from '../platform/database/database.ts'

/** The queue as code that notifies webhooks sees it. A job is part of the transaction: without a commit there is none. */
export interface WebhookJobs {
  /** Sends a delivery, and those of the same conversation and webhook that wait behind it. `at`: not before this time. */
  readonly enqueueDelivery: (tx: Transaction, delivery: { readonly id: Id; readonly userId: Id }, at?: Date) => Promise<void>
}
