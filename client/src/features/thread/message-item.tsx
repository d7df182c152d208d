import { isActive, type Message, type RetryNotice } from '@holdfast/shared'
import { memo, type ReactNode } from 'react'
import type { Delivery } from '../../conversation-store/conversation-view.ts'
import { useText } from '../../i18n/use-text.ts'
import { LivingLine } from '../../ui/living-line.tsx'
import { AssistantMessage } from './assistant-message.tsx'
import type { MessagePiece } from './list/message-piece.ts'
import { messageToLine } from './message-to-line.ts'
import type { ThreadActions } from './thread-actions.ts'
import { UserMessage } from './user-message.tsx'

export interface MessageItemProps {
  readonly message: Message
  /** What of it stands in this row; null for all of it. */
  readonly piece: MessagePiece | null
  readonly delivery: Delivery | null
  readonly retry: RetryNotice | null
  readonly isStopping: boolean
  /** What this tab has decided about tool calls and the server does not say yet, by call. */
  readonly decisions: Readonly<Record<string, boolean>>
  /** Somebody came to see it, or what is looked for in the conversation is shown in it. */
  readonly isSought: boolean
  readonly isLast: boolean
  /** The connection is there, so what is shown is up to date. */
  readonly isLive: boolean
  readonly actions: ThreadActions
}

export interface MessageFrameProps {
  readonly message: Message
  readonly delivery: Delivery | null
  /** Somebody came here to see this one. */
  readonly isMarked: boolean
  /** Which one it is, from 1, of how many; -1 while earlier ones are not loaded. */
  readonly position: number
  readonly count: number
  /** The one that Tab goes to. */
  readonly isTabStop: boolean
  readonly isLive: boolean
  readonly children: ReactNode
}

/** A message as one thing, in however many rows it stands. */
export function MessageFrame(props: MessageFrameProps) {
  const { message } = props
  const text = useText()
  return (
    <article
      tabIndex={props.isTabStop ? 0 : -1}
      aria-posinset={props.position}
      aria-setsize={props.count}
      className={`message-frame group/message relative rounded-sm ${props.isMarked ? 'marked' : ''}`}
      data-testid="message"
      data-role={message.role}
      data-status={message.status}
      data-message-id={message.id}
      data-delivery={props.delivery?.state}
      data-marked={props.isMarked || undefined}
      aria-busy={message.status === 'generating'}
    >
      {message.role === 'assistant' && (
        <>
          <h2 className="sr-only">{text('thread.assistant')}</h2>
          <LivingLine
            state={messageToLine(message, props.isLive)}
            // Beside the answer, not beside what can be done with it.
            className={`absolute -top-0.5 -left-3 sm:-left-4 ${isActive(message.status) ? 'bottom-5.5' : 'bottom-14 touch:bottom-16'}`}
          />
        </>
      )}
      {props.children}
    </article>
  )
}

/** What stands in a row. Rendered again only when something in it changed: settled messages keep their identity while another one grows. */
export const MessageItem = memo(function MessageItem(props: MessageItemProps) {
  return props.message.role === 'user' ? <UserMessage {...props} /> : <AssistantMessage {...props} />
}, isSame)

function isSame(a: MessageItemProps, b: MessageItemProps): boolean {
  return (
    a.message === b.message &&
    a.piece === b.piece &&
    a.retry === b.retry &&
    a.isStopping === b.isStopping &&
    a.decisions === b.decisions &&
    a.isSought === b.isSought &&
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
