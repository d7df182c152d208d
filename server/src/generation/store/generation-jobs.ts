import type { Id } from '@holdfast/shared'
import type { Transaction } from '../../platform/database/database.ts'
import type { WebhookJobs } from '../../webhooks/webhook-jobs.ts'

/** The queue as code that starts imports sees it. */
export interface ImportJobs {
  readonly enqueueImport: (tx: Transaction, started: { id: Id }) => Promise<void>
}

/** The queue as code that starts generations sees it. A job is part of the transaction: without a commit there is none. */
export interface GenerationJobs extends WebhookJobs {
  /** `ahead`: answers of the same user that are queued or being written. The more there are, the more other users go first. */
  readonly enqueue: (tx: Transaction, generation: { id: Id; userId: Id }, ahead?: number) => Promise<void>
  /** A check of a waiting generation when an approval request expires. */
  readonly enqueueExpiry: (tx: Transaction, generation: { id: Id }, at: Date) => Promise<void>
  /** A title for a conversation without a name of its user's. */
  readonly enqueueTitle: (tx: Transaction, conversationId: Id) => Promise<void>
}
