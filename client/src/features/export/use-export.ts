import type { Id } from '@holdfast/shared'
import { useCallback } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { useClient } from '../../react/client-context.tsx'
import { errorToFailure } from '../../sdk/transport/failure.ts'
import type { ExportFormat } from './export-format.ts'
import { useToast } from '../../ui/toasts.tsx'

/** Saves a conversation to a file: the visible path, or all branches as JSON. */
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
        exported: text('export.date', { when: new Date().toISOString().slice(0, 10) }),
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
