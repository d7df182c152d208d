import type { Id } from '@holdfast/shared'
import { useCallback } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { useClient } from '../../transport/client-context.tsx'
import { errorToFailure } from '../../transport/failure.ts'
import { useToast } from '../../ui/toasts.tsx'

export type ExportFormat = 'markdown' | 'json' | 'text'

/** Saves a conversation as a file: the path that is shown, as JSON all branches. */
export function useExport(): (conversationId: Id, format: ExportFormat, leafId?: Id | null) => void {
  const { trpc } = useClient()
  const text = useText()
  const toast = useToast()
  return useCallback(
    (conversationId, format, leafId = null) => {
      const words = {
        you: text('thread.you'),
        assistant: text('thread.assistant'),
        thoughts: text('reasoning.done'),
        tool: text('export.tool'),
        exported: text('export.written', { when: new Date().toISOString().slice(0, 10) }),
      }
      import('./export-conversation.ts')
        .then((module) => module.exportConversation(trpc, { conversationId, leafId, format, words }))
        .catch((error: unknown) => {
          const { kind, message } = errorToFailure(error)
          toast({ tone: 'danger', text: kind === 'refused' ? message : text('export.failed') })
        })
    },
    [trpc, text, toast],
  )
}
