import type { Message, RetryNotice } from '@holdfast/shared'
import type { Delivery } from '../../../sdk/conversation-store/conversation-view.ts'
import type { MessageSegment } from '../model/message-segment.ts'
import type { ThreadActions } from '../model/thread-actions.ts'

export interface MessageItemProps {
  readonly message: Message
  /** The part of the message in this row; null for all of it. */
  readonly segment: MessageSegment | null
  readonly delivery: Delivery | null
  readonly retry: RetryNotice | null
  readonly isStopping: boolean
  /** The node that writes the answer gives no sign of life: another one takes over. */
  readonly isStalled: boolean
  /** Decisions of this tab about tool calls that the server has not confirmed yet, by call. */
  readonly decisions: Readonly<Record<string, boolean>>
  /** The reader navigated to this message, or it contains the current match of the find bar. */
  readonly isSought: boolean
  readonly isLast: boolean
  /** The connection is there, so what is shown is up to date. */
  readonly isLive: boolean
  readonly actions: ThreadActions
}
