import type { Id } from '@holdfast/shared'
import { memo, type ReactNode } from 'react'
import type { ConversationView, ViewMessage } from '../sdk/conversation-store/conversation-view.ts'
import { isRunning } from '../sdk/conversation-store/store-state.ts'
import { useConversation } from './use-conversation.ts'

export interface ThreadState extends Pick<ConversationView, 'status' | 'failure' | 'messages' | 'earlier'> {
  /** The first answer that is queued or being written; null: none. */
  readonly running: ViewMessage | null
  /** Loads the page above the first message. */
  readonly loadEarlier: () => Promise<void>
  /** Stops an answer, or the first running one, and what is queued behind it. */
  readonly stop: (messageId?: Id) => Promise<void>
}

/** The messages of a conversation, oldest first. A message that did not change is the same object in every rendering. */
export function useThread(conversationId: Id): ThreadState {
  const { view, store } = useConversation(conversationId)
  const { status, failure, messages, earlier } = view
  const running = messages.find(isRunning) ?? null
  return { status, failure, messages, earlier, running, loadEarlier: store.loadEarlier, stop: store.stop }
}

export interface ThreadProps {
  readonly conversationId: Id
  /** Renders a message. It is called again for those alone that have changed, or when the function itself is another one. */
  readonly children: (message: ViewMessage) => ReactNode
}

/** Renders the messages of a conversation, and nothing around them. */
export function Thread({ conversationId, children }: ThreadProps) {
  return useThread(conversationId).messages.map((message) => <Rendered key={message.id} message={message} render={children} />)
}

const Rendered = memo(function Rendered({
  message,
  render,
}: {
  readonly message: ViewMessage
  readonly render: (message: ViewMessage) => ReactNode
}) {
  return render(message)
})
