import { isActive, type Id } from '@holdfast/shared'
import { useState } from 'react'
import type { ConversationView } from '../../sdk/conversation-store/conversation-view.ts'
import { useConversationActions } from '../../features/conversations/index.ts'
import type { ThreadActions } from '../../features/thread/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { useShortcuts } from '../../shortcuts/use-shortcuts.ts'
import { copyText } from '../../ui/copy-text.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { useThreadHandle } from '../chrome/thread-handle-context.tsx'
import { lastAnswerText } from './last-answer-text.ts'

export interface ConversationShortcutsProps {
  readonly view: ConversationView
  readonly actions: ThreadActions
  readonly onStop: () => void
  readonly onLeave: (conversationId: Id) => void
}

/** The shortcuts for the open conversation and its last answer. */
export function ConversationShortcuts({ view, actions, onStop, onLeave }: ConversationShortcutsProps) {
  const text = useText()
  const toast = useToast()
  const thread = useThreadHandle()
  const { moveToTrash } = useConversationActions({ onLeave })
  const [isAsking, setAsking] = useState(false)
  const { conversation } = view
  const findAnswers = () => view.messages.filter(({ role }) => role === 'assistant')
  const decide = (approve: boolean) => {
    const question = findQuestion(view)
    if (!question) return false
    actions.decide(question.messageId, question.callId, approve)
    return true
  }
  const copy = (what: 'answer' | 'code') => {
    const content = lastAnswerText(view.messages, what)
    if (!content) return false
    void copyText(content).then((isCopied) => isCopied && toast({ text: text(`copied.${what}`) }))
    return true
  }
  useShortcuts({
    stop: () => (view.messages.some(({ role, status }) => role === 'assistant' && isActive(status)) ? onStop() : false),
    approve: () => decide(true),
    deny: () => decide(false),
    regenerate: () => {
      const last = findAnswers().at(-1)
      if (!last || isActive(last.status)) return false
      actions.regenerate(last.id)
    },
    copyLastAnswer: () => copy('answer'),
    copyLastCode: () => copy('code'),
    editLastMessage: () => thread.current?.editLastQuestion() ?? false,
    deleteConversation: () => (conversation ? setAsking(true) : false),
  })
  return (
    <ConfirmDialog
      title={text('conversation.trash.title')}
      isOpen={isAsking && conversation !== null}
      action={text('conversation.trash')}
      onAction={() => {
        if (conversation) moveToTrash(conversation)
      }}
      onClose={() => setAsking(false)}
      testId="trash-dialog"
      actionTestId="confirm-trash"
    >
      {text('conversation.trash.about', { title: conversation?.title ?? '' })}
    </ConfirmDialog>
  )
}

/** The first approval of a tool call that is still undecided here. */
function findQuestion({ messages, decisions }: ConversationView): { readonly messageId: Id; readonly callId: string } | null {
  for (const { id, status, parts } of messages) {
    if (status !== 'waiting' && status !== 'generating') continue
    const call = parts.find(
      (part) => part.type === 'tool-call' && part.state === 'waiting' && !part.form && !(part.callId in decisions),
    )
    if (call?.type === 'tool-call') return { messageId: id, callId: call.callId }
  }
  return null
}
