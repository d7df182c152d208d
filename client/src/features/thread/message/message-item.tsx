import type { Message } from '@holdfast/shared'
import { memo, type ReactNode } from 'react'
import type { Delivery } from '../../../sdk/conversation-store/conversation-view.ts'
import { useText } from '../../../i18n/use-text.ts'
import { PulseLine } from '../../../ui/pulse-line.tsx'
import { AssistantMessage } from './assistant-message.tsx'
import { hasActions } from '../model/has-actions.ts'
import { messageToLine } from '../model/message-to-line.ts'
import { MessageBoundary } from './message-boundary.tsx'
import type { MessageItemProps } from './message-item-props.ts'
import { UserMessage } from './user-message.tsx'

export interface MessageFrameProps {
  readonly message: Message
  readonly delivery: Delivery | null
  /** The reader navigated to this message. */
  readonly isMarked: boolean
  /** The position of the message, from 1, and the total, which is -1 while earlier messages are not loaded. */
  readonly position: number
  readonly count: number
  /** Whether Tab focuses this message. */
  readonly isTabStop: boolean
  readonly isLive: boolean
  readonly children: ReactNode
}

/** The element of a whole message, which may have several rows. */
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
      data-part="message"
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
          <PulseLine
            state={messageToLine(message, props.isLive)}
            // The line is beside the answer, not beside its actions.
            className={`absolute -top-0.5 -left-3 sm:-left-4 ${hasActions(message) ? 'bottom-14 touch:bottom-16' : 'bottom-5.5'}`}
          />
        </>
      )}
      {props.children}
    </article>
  )
}

/** The content of a row. Its props keep their identity while the row does not change, so settled messages are not rendered again. */
export const MessageItem = memo(function MessageItem(props: MessageItemProps) {
  return (
    <MessageBoundary source={props.message.content}>
      {props.message.role === 'user' ? <UserMessage {...props} /> : <AssistantMessage {...props} />}
    </MessageBoundary>
  )
})
