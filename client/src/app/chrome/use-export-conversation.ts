import type { Id } from '@holdfast/shared'
import { useCallback } from 'react'
import { useLocation } from 'wouter'
import { useExport, type ExportFormat } from '../../features/export/index.ts'
import { printPath } from '../../lib/routes.ts'
import { readBranch } from '../memory/branch-memory.ts'

/** Exports the branch of a conversation that this tab shows, as a file or on paper. */
export function useExportConversation(): (conversationId: Id, format: ExportFormat | 'print') => void {
  const [, navigate] = useLocation()
  const exportConversation = useExport()
  return useCallback(
    (conversationId, format) => {
      if (format === 'print') navigate(printPath(conversationId))
      else exportConversation(conversationId, format, readBranch(conversationId).leafId)
    },
    [exportConversation, navigate],
  )
}
