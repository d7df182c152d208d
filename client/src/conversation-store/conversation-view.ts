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
}

/** What there is to show of one conversation. A value: it never changes, and parts that stayed the same keep their identity. */
export interface ConversationView {
  /** `missing`: there is no such conversation for this user. `failed`: it could not be loaded; see `failure`. */
  readonly status: 'loading' | 'ready' | 'missing' | 'failed'
  readonly failure: Failure | null
  /** Null until it is loaded or made. */
  readonly conversation: Conversation | null
  /** One path of the tree, oldest first, with what is on its way to the server at its end. */
  readonly messages: readonly Message[]
  /** For the messages that the server does not have yet, by message id. */
  readonly deliveries: Readonly<Record<Id, Delivery>>
  /** A provider that is asked again, by message id. */
  readonly retries: Readonly<Record<Id, RetryNotice>>
  /** Answers that are asked to stop and have not yet, by message id. */
  readonly stopping: Readonly<Record<Id, true>>
  /** What was decided here about tool calls that still wait, by call: true lets it run. */
  readonly decisions: Readonly<Record<string, boolean>>
  /** The last message of the path, where the next one goes; null in an empty conversation. */
  readonly leafId: Id | null
  /** Whether there are messages above the first one, and what loading them does. */
  readonly earlier: 'none' | 'available' | 'loading' | 'failed'
  /** Somebody went on with the conversation on another branch, after this one was chosen here: the end of theirs. */
  readonly newerLeafId: Id | null
  /** It is in the trash. */
  readonly deleted: boolean
  /** The seq of the last event applied. */
  readonly cursor: number
  readonly connection: ConnectionState
}
