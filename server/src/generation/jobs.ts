import type { Id } from '@holdfast/shared'
import type { Transaction } from '../database/database.ts'

/** The queue of generations, seen by those who start one. */
export interface GenerationJobs {
  /** Part of the transaction: without its commit there is no job. */
  readonly enqueue: (tx: Transaction, generation: { id: Id; userId: Id }) => Promise<void>
  /** A look at a waiting generation when a question expires. */
  readonly enqueueExpiry: (tx: Transaction, generation: { id: Id; userId: Id }, at: Date) => Promise<void>
}
