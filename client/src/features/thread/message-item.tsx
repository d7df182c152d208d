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
  readonly isLast: boolean
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
      tabIndex={-1}
      className={`group/message relative outline-none ${props.isMarked ? 'marked' : ''}`}
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
    a.isLast === b.isLast &&
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
