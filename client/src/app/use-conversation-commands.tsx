import type { Id } from '@holdfast/shared'
import { Download, GitFork, Printer, TextSearch } from 'lucide-react'
import { useEffect } from 'react'
import { useLocation } from 'wouter'
import { useExport } from '../features/export/index.ts'
import { openFind } from '../features/thread/index.ts'
import type { Command } from './commands.tsx'
import { printPath } from './routes.ts'

export interface ConversationCommandsOptions {
  readonly conversationId: Id
  /** The end of the path that is shown; null as long as nothing is there to export. */
  readonly leafId: Id | null
  readonly onFork: (messageId: Id) => void
  readonly onCommands: (commands: readonly Command[]) => void
}

const size = 15
const formats = ['markdown', 'json', 'text'] as const

/** Adds what can be done with the open conversation to what can be done from anywhere. */
export function useConversationCommands({ conversationId, leafId, onFork, onCommands }: ConversationCommandsOptions): void {
  const exportConversation = useExport()
  const [, navigate] = useLocation()
  useEffect(() => {
    if (leafId === null) return
    const exports = formats.map((format): Command => ({
      id: `export-${format}`,
      label: `command.export.${format}`,
      keywords: 'command.keywords.export',
      icon: <Download size={size} />,
      run: () => exportConversation(conversationId, format, leafId),
    }))
    onCommands([
      {
        id: 'find',
        label: 'find.label',
        shortcut: 'findInConversation',
        icon: <TextSearch size={size} />,
        run: openFind,
      },
      ...exports,
      {
        id: 'export-print',
        label: 'command.export.print',
        icon: <Printer size={size} />,
        run: () => navigate(printPath(conversationId)),
      },
      { id: 'fork', label: 'command.fork', icon: <GitFork size={size} />, run: () => onFork(leafId) },
    ])
    return () => onCommands([])
  }, [conversationId, leafId, exportConversation, navigate, onFork, onCommands])
}
