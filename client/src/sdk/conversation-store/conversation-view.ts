import type { Conversation, Id, Message, RetryNotice } from '@holdfast/shared'
import type { DeliveryState, OutboxFailure } from '../outbox/outbox-item.ts'
import type { ConnectionState } from '../transport/connection.ts'
import type { Failure } from '../transport/failure.ts'

/** A message that the log does not hold yet. */
export interface Delivery {
  readonly requestId: Id
  readonly state: DeliveryState
  /** Why the server refused it. */
  readonly failure: OutboxFailure | null
  readonly retryAt: number | null
  readonly needsSignIn: boolean
  /** False: it is lost when the page is closed, because the browser's storage is forbidden or full. */
  readonly isKept: boolean
}

/** A message with, while it is not in the log, how far it has come. */
export interface ViewMessage extends Message {
  /** Absent: it has arrived. More about it is in `deliveries`. */
  readonly delivery?: DeliveryState
}

/** The view of one conversation. A value: it never changes, and parts that stayed the same keep their identity. */
export interface ConversationView {
  /** `missing`: there is no such conversation for this user. `failed`: it could not be loaded; see `failure`. */
  readonly status: 'loading' | 'ready' | 'missing' | 'failed'
  readonly failure: Failure | null
  /** Null until it is loaded or made. */
  readonly conversation: Conversation | null
  /**
   * One path of the tree, oldest first, with the messages on their way to the server at its end. The `status` of those is `completed`,
   * since nothing more is written in them: their `delivery` says whether they have left the device.
   */
  readonly messages: readonly ViewMessage[]
  /** For the messages that the server does not have yet, by message id. A message without one has arrived. */
  readonly deliveries: Readonly<Record<Id, Delivery>>
  /** Providers that are asked again after a failure, by message id. */
  readonly retries: Readonly<Record<Id, RetryNotice>>
  /** Answers whose node gives no sign of life, by message id: another one takes over. */
  readonly stalled: Readonly<Record<Id, true>>
  /** Answers that were asked to stop and still run, by message id. */
  readonly stopping: Readonly<Record<Id, true>>
  /** Decisions made here about tool calls that still wait, by call: true lets it run. */
  readonly decisions: Readonly<Record<string, boolean>>
  /** The last message of the path, where the next one goes; null in an empty conversation. */
  readonly leafId: Id | null
  /** Whether there are messages above the first one, and what loading them does. */
  readonly earlier: 'none' | 'available' | 'loading' | 'failed'
  /** The end of another branch that was added to after this one was chosen here. */
  readonly newerLeafId: Id | null
  /** It is in the trash. */
  readonly deleted: boolean
  /** The seq of the last event applied. */
  readonly cursor: number
  readonly connection: ConnectionState
}
