import type { Id } from '@holdfast/shared'
import type { Transaction } from '../database/database.ts'

/** The queue of generations, seen by those who start one. Each call is part of the transaction: without its commit there is no job. */
export interface GenerationJobs {
  readonly enqueue: (tx: Transaction, generation: { id: Id; userId: Id }) => Promise<void>
  /** A look at a waiting generation when a question expires. */
  readonly enqueueExpiry: (tx: Transaction, generation: { id: Id }, at: Date) => Promise<void>
  /** A title for a conversation that nobody has named. */
  readonly enqueueTitle: (tx: Transaction, conversationId: Id) => Promise<void>
}
