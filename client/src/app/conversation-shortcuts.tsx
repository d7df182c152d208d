import { isActive, type Id } from '@holdfast/shared'
import { useState } from 'react'
import type { ConversationView } from '../conversation-store/conversation-view.ts'
import { useConversationActions } from '../features/conversations/index.ts'
import type { ThreadActions } from '../features/thread/index.ts'
import { useText } from '../i18n/use-text.ts'
import { useShortcuts } from '../shortcuts/use-shortcuts.ts'
import { copyText } from '../ui/copy-text.ts'
import { Question } from '../ui/question.tsx'
import { useToast } from '../ui/toasts.tsx'
import { editLastQuestion } from './focus-composer.ts'
import { lastCodeBlock } from './last-code-block.ts'

export interface ConversationShortcutsProps {
  readonly view: ConversationView
  readonly actions: ThreadActions
  readonly onStop: () => void
  readonly onLeave: (conversationId: Id) => void
}

/** The keys that do something with the open conversation and its last answer. */
export function ConversationShortcuts({ view, actions, onStop, onLeave }: ConversationShortcutsProps) {
  const text = useText()
  const toast = useToast()
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
  const copy = (content: string | null | undefined, what: 'answer' | 'code') => {
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
    copyLastAnswer: () => copy(findAnswers().findLast(({ content }) => content !== '')?.content, 'answer'),
    copyLastCode: () =>
      copy(
        findAnswers()
          .map(({ content }) => lastCodeBlock(content))
          .findLast((code) => code !== null),
        'code',
      ),
    editLastMessage: editLastQuestion,
    deleteConversation: () => (conversation ? setAsking(true) : false),
  })
  return (
    <Question
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
    </Question>
  )
}

/** The first question of a tool call that nobody has answered here. */
function findQuestion({ messages, decisions }: ConversationView): { readonly messageId: Id; readonly callId: string } | null {
  for (const { id, status, parts } of messages) {
    if (status !== 'waiting' && status !== 'generating') continue
    const call = parts.find((part) => part.type === 'tool-call' && part.state === 'waiting' && !(part.callId in decisions))
    if (call?.type === 'tool-call') return { messageId: id, callId: call.callId }
  }
  return null
}
