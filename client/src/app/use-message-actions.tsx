import type { Id, Message } from '@holdfast/shared'
import { useMemo, useState, type ReactNode } from 'react'
import { v7 as uuidv7 } from 'uuid'
import { useLocation } from 'wouter'
import type { ThreadActions } from '../features/thread/index.ts'
import { useText } from '../i18n/use-text.ts'
import { useClient } from '../transport/client-context.tsx'
import { errorToFailure } from '../transport/failure.ts'
import { prepareNeighbourFocus } from '../ui/focus-neighbour.ts'
import { copyText } from '../ui/copy-text.ts'
import { markdownToPlainText } from '../ui/markdown/markdown.tsx'
import { Question } from '../ui/question.tsx'
import { useToast } from '../ui/toasts.tsx'
import { conversationPath } from './routes.ts'

export type MessageActions = Pick<ThreadActions, 'copyPlain' | 'copyLink' | 'fork' | 'remove'>

/** What the menu of a message does, and the question that comes before a message is deleted. */
export function useMessageActions(conversationId: Id): { readonly messageActions: MessageActions; readonly dialog: ReactNode } {
  const text = useText()
  const { trpc } = useClient()
  const toast = useToast()
  const [, navigate] = useLocation()
  const [leavingId, setLeavingId] = useState<Id | null>(null)
  const complain = useMemo(
    () => (error: unknown) => {
      const { kind, message } = errorToFailure(error)
      toast({ tone: 'danger', text: kind === 'refused' ? message : text('failed.unreachable') })
    },
    [toast, text],
  )
  const messageActions = useMemo<MessageActions>(
    () => ({
      copyPlain: (message) => {
        void messageToPlain(message)
          .then(copyText)
          .then((isCopied) => isCopied && toast({ text: text('message.copied') }))
      },
      copyLink: (messageId) => {
        const address = `${location.origin}${conversationPath(conversationId)}?message=${messageId}`
        void copyText(address).then((isCopied) => isCopied && toast({ text: text('message.link-copied') }))
      },
      fork: (messageId) => {
        trpc.conversations.fork.mutate({ requestId: uuidv7(), messageId }).then(({ id }) => {
          navigate(conversationPath(id))
          toast({ text: text('message.forked') })
        }, complain)
      },
      remove: setLeavingId,
    }),
    [trpc, conversationId, navigate, toast, text, complain],
  )
  const dialog = (
    <Question
      title={text('message.delete.title')}
      isOpen={leavingId !== null}
      action={text('message.delete')}
      onAction={() => {
        if (leavingId === null) return
        const message = document.querySelector(`[data-testid=message][data-message-id="${CSS.escape(leavingId)}"]`)
        const focusNeighbour = prepareNeighbourFocus(message, '[data-testid=message]')
        trpc.messages.delete.mutate({ requestId: uuidv7(), messageId: leavingId }).then(focusNeighbour, complain)
      }}
      onClose={() => setLeavingId(null)}
      testId="delete-message"
      actionTestId="confirm-delete"
    >
      {text('message.delete.about')}
    </Question>
  )
  return { messageActions, dialog }
}

/** A person's words are what they wrote; an answer's are read as Markdown. */
async function messageToPlain({ role, content, parts }: Message): Promise<string> {
  if (role === 'user') return content
  const texts = parts.flatMap((part) => (part.type === 'text' && part.text.trim() !== '' ? [part.text] : []))
  return (await Promise.all(texts.map(markdownToPlainText))).join('\n\n')
}
