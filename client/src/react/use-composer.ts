import { isBlank, type Id } from '@holdfast/shared'
import { useCallback, useSyncExternalStore } from 'react'
import type { ConversationView } from '../sdk/conversation-store/conversation-view.ts'
import { isRunning } from '../sdk/conversation-store/store-state.ts'
import type { OutboxItem } from '../sdk/outbox/outbox-item.ts'
import { useClient } from './client-context.tsx'
import { useConversationLoan, useSelected } from './use-conversation-loan.ts'
import { useDraft } from './use-draft.ts'

export interface ComposerState {
  /** The text of the field. It begins with the draft that was left behind, on this device or another. */
  readonly value: string
  /** For the `onChange` of a field; also takes the text itself. Every pause in typing keeps the draft. */
  readonly onChange: (change: string | { readonly target: { readonly value: string } }) => void
  /** Sends the text and empties the field; for the `onSubmit` of a form, too. Null: there was nothing to send. */
  readonly submit: (event?: { readonly preventDefault: () => void }) => OutboxItem | null
  /** False while the text is blank. */
  readonly canSubmit: boolean
  /** A message of this conversation has not reached the server yet. It is kept, and sent when the server can be reached. */
  readonly isSending: boolean
  /** An answer is queued or being written: a further message waits behind it. */
  readonly isRunning: boolean
  /** Stops the answer that is running, and what is queued behind it. Its text stays. */
  readonly stop: () => Promise<void>
}

/** What a message box needs, without its looks. It is not rendered again while an answer grows. */
export function useComposer(conversationId: Id): ComposerState {
  const client = useClient()
  const loan = useConversationLoan(null, conversationId)
  const userId = useSyncExternalStore(client.userId.subscribe, client.userId.get, client.userId.get)
  const isOnServer = useSelected(loan, isKnown)
  const { content, setContent } = useDraft(userId, conversationId, isOnServer)
  const canSubmit = !isBlank(content)

  const onChange = useCallback<ComposerState['onChange']>(
    (change) => setContent(typeof change === 'string' ? change : change.target.value),
    [setContent],
  )
  const submit = useCallback<ComposerState['submit']>(
    (event) => {
      event?.preventDefault()
      if (!canSubmit) return null
      const item = loan.store().send({ content })
      setContent('')
      return item
    },
    [loan, content, canSubmit, setContent],
  )
  return {
    value: content,
    onChange,
    submit,
    canSubmit,
    isSending: useSelected(loan, isSending),
    isRunning: useSelected(loan, hasRunning),
    stop: useCallback(() => loan.store().stop(), [loan]),
  }
}

function isKnown({ conversation }: ConversationView): boolean {
  return conversation !== null
}

function isSending({ deliveries }: ConversationView): boolean {
  return Object.values(deliveries).some(({ state }) => state === 'sending' || state === 'unsent')
}

function hasRunning({ messages }: ConversationView): boolean {
  return messages.some(isRunning)
}
