import type { Message, RetryNotice } from '@holdfast/shared'
import { memo } from 'react'
import type { Delivery } from '../../conversation-store/conversation-view.ts'
import { AssistantMessage } from './assistant-message.tsx'
import type { ThreadActions } from './thread-actions.ts'
import { UserMessage } from './user-message.tsx'

export interface MessageItemProps {
  readonly message: Message
  readonly delivery: Delivery | null
  readonly retry: RetryNotice | null
  readonly isStopping: boolean
  /** What this tab has decided about tool calls and the server does not say yet, by call. */
  readonly decisions: Readonly<Record<string, boolean>>
  /** Somebody came here to see this one. */
  readonly isMarked: boolean
  /** What is looked for in the conversation is shown in this one. */
  readonly isSought: boolean
  readonly isLast: boolean
  /** Which one it is, from 1, of how many; -1 while earlier ones are not loaded. */
  readonly position: number
  readonly count: number
  /** The one that Tab goes to. */
  readonly isTabStop: boolean
  /** The connection is there, so what is shown is up to date. */
  readonly isLive: boolean
  readonly actions: ThreadActions
}

/** Rendered again only when something in it changed: settled messages keep their identity while another one grows. */
export const MessageItem = memo(function MessageItem(props: MessageItemProps) {
  const { message } = props
  if (message.role === 'system') return null
  return (
    <article
      tabIndex={props.isTabStop ? 0 : -1}
      aria-posinset={props.position}
      aria-setsize={props.count}
      className={`group/message relative rounded-sm outline-offset-6 ${props.isMarked ? 'marked' : ''}`}
      data-testid="message"
      data-role={message.role}
      data-status={message.status}
      data-message-id={message.id}
      data-delivery={props.delivery?.state}
      data-marked={props.isMarked || undefined}
      aria-busy={message.status === 'generating'}
    >
      {message.role === 'user' ? <UserMessage {...props} /> : <AssistantMessage {...props} />}
    </article>
  )
}, isSame)

function isSame(a: MessageItemProps, b: MessageItemProps): boolean {
  return (
    a.message === b.message &&
    a.retry === b.retry &&
    a.isStopping === b.isStopping &&
    a.decisions === b.decisions &&
    a.isMarked === b.isMarked &&
    a.isSought === b.isSought &&
    a.isLast === b.isLast &&
    a.position === b.position &&
    a.count === b.count &&
    a.isTabStop === b.isTabStop &&
    a.isLive === b.isLive &&
    a.actions === b.actions &&
    isSameDelivery(a.delivery, b.delivery)
  )
}

function isSameDelivery(a: Delivery | null, b: Delivery | null): boolean {
  if (a === null || b === null) return a === b
  return (
    a.state === b.state && a.retryAt === b.retryAt && a.needsSignIn === b.needsSignIn && a.failure?.message === b.failure?.message
  )
}
