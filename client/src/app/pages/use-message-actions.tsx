import type { Id, Message } from '@holdfast/shared'
import { useMemo, useState, type ReactNode } from 'react'
import { v7 as uuidv7 } from 'uuid'
import { useLocation } from 'wouter'
import type { ThreadActions } from '../../features/thread/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { useClient } from '../../react/client-context.tsx'
import { prepareNeighbourFocus } from '../../ui/focus-neighbour.ts'
import { copyText } from '../../ui/copy-text.ts'
import { markdownToPlainText } from '../../markdown/markdown.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { serverAddress } from '../../lib/base-path.ts'
import { conversationPath, messagePath } from '../../lib/routes.ts'
import { useFailureToast } from '../../react/use-failure-toast.ts'

export type MessageActions = Pick<ThreadActions, 'copyPlain' | 'copyLink' | 'fork' | 'remove'>

/** The actions of a message's menu, and the dialog that confirms the deletion of a message. */
export function useMessageActions(conversationId: Id): { readonly messageActions: MessageActions; readonly dialog: ReactNode } {
  const text = useText()
  const { trpc } = useClient()
  const toast = useToast()
  const showFailure = useFailureToast()
  const [, navigate] = useLocation()
  const [leavingId, setLeavingId] = useState<Id | null>(null)
  const messageActions = useMemo<MessageActions>(
    () => ({
      copyPlain: (message) => {
        void messageToPlain(message)
          .then(copyText)
          .then((isCopied) => isCopied && toast({ text: text('message.copied') }))
      },
      copyLink: (messageId) => {
        const address = serverAddress() + messagePath(conversationId, messageId)
        void copyText(address).then((isCopied) => isCopied && toast({ text: text('message.link-copied') }))
      },
      fork: (messageId) => {
        trpc.conversations.fork.mutate({ requestId: uuidv7(), messageId }).then(({ id }) => {
          navigate(conversationPath(id))
          toast({ text: text('message.forked') })
        }, showFailure)
      },
      remove: setLeavingId,
    }),
    [trpc, conversationId, navigate, toast, text, showFailure],
  )
  const dialog = (
    <ConfirmDialog
      title={text('message.delete.title')}
      isOpen={leavingId !== null}
      action={text('message.delete')}
      onAction={() => {
        if (leavingId === null) return
        const message = document.querySelector(`[data-part=message][data-message-id="${CSS.escape(leavingId)}"]`)
        const focusNeighbour = prepareNeighbourFocus(message, '[data-part=message]')
        trpc.messages.delete.mutate({ requestId: uuidv7(), messageId: leavingId }).then(focusNeighbour, showFailure)
      }}
      onClose={() => setLeavingId(null)}
      testId="delete-message"
      actionTestId="confirm-delete"
    >
      {text('message.delete.about')}
    </ConfirmDialog>
  )
  return { messageActions, dialog }
}

/** Questions are plain text; answers are Markdown. */
async function messageToPlain({ role, content, parts }: Message): Promise<string> {
  if (role === 'user') return content
  const texts = parts.flatMap((part) => (part.type === 'text' && part.text.trim() !== '' ? [part.text] : []))
  return (await Promise.all(texts.map(markdownToPlainText))).join('\n\n')
}
