import type { Id } from '@holdfast/shared'
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/logger.ts'
import type { UnitOfWork } from '../event-log/unit-of-work.ts'
import type { Sql } from './tool-sql.ts'

/** For whom, when and where a tool runs. Whose data it touches is decided here alone, never by an argument. */
export interface ToolContext {
  readonly userId: Id
  /** The answer whose model made the call. Both null: it was called from outside of a conversation, over MCP. */
  readonly conversationId: Id | null
  readonly messageId: Id | null
  /** Minutes east of UTC where the person is: what "tomorrow" means. */
  readonly utcOffsetMinutes: number
  /** Aborted when the answer is stopped. */
  readonly signal: AbortSignal
  /** The time as all nodes have it. */
  readonly clock: Clock
}

/** Of a tool with `effect: 'transaction'`. */
export interface TransactionToolContext extends ToolContext {
  /** Runs a statement in the transaction in which the result of the call is written. */
  readonly sql: Sql
}

/** Of a tool with `effect: 'external'`. */
export interface ExternalToolContext extends ToolContext {
  /** The same whenever this call is tried, in this process or after a crash in another. */
  readonly idempotencyKey: string
}

/** The part of a unit of work that a tool may use: it may change tables and notify lists, but not append to a conversation's log. */
export type ToolUnit = Pick<UnitOfWork, 'tx' | 'notify' | 'afterCommit'>

/** Of the tools that are a part of Holdfast. */
export interface OwnToolContext extends TransactionToolContext {
  /** The transaction in which the effect happens, together with whatever records it. */
  readonly unit: ToolUnit
  readonly now: Date
  readonly logger: Logger
}

/** What a call knows about itself before it runs. */
export interface ToolCallContext extends Omit<ToolContext, 'signal' | 'clock'> {
  readonly unit: ToolUnit
  readonly now: Date
  /** Absent: nothing stops the call. */
  readonly signal?: AbortSignal
}
