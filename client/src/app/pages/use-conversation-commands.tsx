import { isActive, type Id } from '@holdfast/shared'
import { useMemo, useState, type ReactNode } from 'react'
import { useLocation } from 'wouter'
import { RenameDialog, useConversationActions } from '../../features/conversations/index.ts'
import { useExport } from '../../features/export/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { printPath } from '../../lib/routes.ts'
import type { ConversationStore } from '../../sdk/conversation-store/conversation-store.ts'
import type { ConversationView } from '../../sdk/conversation-store/conversation-view.ts'
import { copyText } from '../../ui/copy-text.ts'
import { useToast } from '../../ui/toasts.tsx'
import { usePageCommands } from '../chrome/commands.tsx'
import { useLeaveConversation } from '../chrome/use-leave-conversation.ts'
import { useThreadHandle } from '../chrome/thread-handle-context.tsx'
import { conversationCommands } from './conversation-commands.tsx'
import { lastAnswerText, mayHaveCode } from './last-answer-text.ts'

export interface UseConversationCommandsOptions {
  readonly conversationId: Id
  readonly view: ConversationView
  readonly store: Pick<ConversationStore, 'getState'>
  readonly onRegenerate: (messageId: Id) => void
  readonly onFork: (messageId: Id) => void
  readonly onStop: (messageId: Id) => void
}

/** Adds the commands for the open conversation to the global ones. Returns the dialog that one of them opens. */
export function useConversationCommands(options: UseConversationCommandsOptions): ReactNode {
  const { conversationId, view, store, onRegenerate, onFork, onStop } = options
  const { conversation, messages } = view
  const { rename, setPinned, setArchived, moveToTrash } = useConversationActions({ onLeave: useLeaveConversation() })
  const text = useText()
  const toast = useToast()
  const exportConversation = useExport()
  const thread = useThreadHandle()
  const [, navigate] = useLocation()
  const [isRenaming, setRenaming] = useState(false)
  const leafId = conversation ? view.leafId : null
  const last = messages.at(-1)
  const lastAnswerId = last?.role === 'assistant' && last.status === 'completed' ? last.id : null
  const runningId = messages.find(({ role, status }) => role === 'assistant' && isActive(status))?.id ?? null
  const hasText = messages.some(({ role, content }) => role === 'assistant' && content !== '')
  const hasCode = mayHaveCode(messages)
  const commands = useMemo(
    () =>
      conversationCommands({
        conversation,
        leafId,
        lastAnswerId,
        isRunning: runningId !== null,
        hasText,
        hasCode,
        onFind: () => thread.current?.openFind(),
        onExport: (format, id) => exportConversation(conversationId, format, id),
        onPrint: () => navigate(printPath(conversationId)),
        onFork,
        onRegenerate,
        onStop: () => {
          if (runningId !== null) onStop(runningId)
        },
        onCopy: (what) => {
          void copyText(lastAnswerText(store.getState().messages, what) ?? '').then(
            (isCopied) => isCopied && toast({ text: text(`copied.${what}`) }),
          )
        },
        onRename: () => setRenaming(true),
        onPin: setPinned,
        onArchive: (archived) => setArchived(archived, true),
        onTrash: moveToTrash,
      }),
    [
      conversationId,
      store,
      conversation,
      leafId,
      lastAnswerId,
      runningId,
      hasText,
      hasCode,
      onRegenerate,
      onFork,
      onStop,
      exportConversation,
      navigate,
      thread,
      toast,
      text,
      setPinned,
      setArchived,
      moveToTrash,
    ],
  )
  usePageCommands(commands)
  return (
    conversation &&
    isRenaming && (
      <RenameDialog
        title={conversation.title}
        isOpen
        onTitle={(title) => rename(conversation, title)}
        onClose={() => setRenaming(false)}
      />
    )
  )
}
