import type { Conversation, Id } from '@holdfast/shared'
import {
  Archive,
  Clipboard,
  ClipboardList,
  Download,
  GitFork,
  Pencil,
  Pin,
  PinOff,
  Printer,
  RefreshCw,
  Square,
  TextSearch,
  Trash2,
} from 'lucide-react'
import type { Command } from '../chrome/commands.tsx'

export interface ConversationCommandsOptions {
  /** Null until the server has answered. */
  readonly conversation: Conversation | null
  /** The end of the path that is shown; null when there is nothing to export. */
  readonly leafId: Id | null
  /** The answer that can be regenerated; null while one is running. */
  readonly lastAnswerId: Id | null
  readonly isRunning: boolean
  /** Whether there is an answer with text, and one with a block of code. */
  readonly hasText: boolean
  readonly hasCode: boolean
  readonly onFind: () => void
  readonly onExport: (format: 'markdown' | 'json' | 'text', leafId: Id) => void
  readonly onPrint: () => void
  readonly onFork: (messageId: Id) => void
  readonly onRegenerate: (messageId: Id) => void
  readonly onStop: () => void
  readonly onCopy: (what: 'answer' | 'code') => void
  readonly onRename: () => void
  readonly onPin: (conversation: Conversation, pinned: boolean) => void
  readonly onArchive: (conversation: Conversation) => void
  readonly onTrash: (conversation: Conversation) => void
}

const size = 15
const noCommands: readonly Command[] = []
const formats = ['markdown', 'json', 'text'] as const

/** The commands for the open conversation and its last answer. */
export function conversationCommands(options: ConversationCommandsOptions): readonly Command[] {
  const { conversation, leafId } = options
  if (leafId === null) return noCommands
  return [
    ...answerCommands(options),
    {
      id: 'find',
      label: 'find.label',
      shortcut: 'findInConversation',
      icon: <TextSearch size={size} />,
      takesFocus: true,
      run: options.onFind,
    },
    ...(conversation === null ? noCommands : listCommands(conversation, options)),
    ...formats.map((format): Command => ({
      id: `export-${format}`,
      label: `command.export.${format}`,
      keywords: 'command.keywords.export',
      icon: <Download size={size} />,
      run: () => options.onExport(format, leafId),
    })),
    { id: 'export-print', label: 'command.export.print', icon: <Printer size={size} />, run: options.onPrint },
    { id: 'fork', label: 'command.fork', icon: <GitFork size={size} />, run: () => options.onFork(leafId) },
  ]
}

function answerCommands(options: ConversationCommandsOptions): readonly Command[] {
  const { lastAnswerId, isRunning, hasText, hasCode, onCopy } = options
  const commands: (Command | false)[] = [
    isRunning && {
      id: 'stop',
      label: 'shortcut.stop',
      shortcut: 'stop',
      keywords: 'command.keywords.stop',
      icon: <Square size={size} />,
      run: options.onStop,
    },
    lastAnswerId !== null && {
      id: 'regenerate',
      label: 'command.regenerate',
      keywords: 'command.keywords.regenerate',
      icon: <RefreshCw size={size} />,
      run: () => options.onRegenerate(lastAnswerId),
    },
    hasText && {
      id: 'copy-answer',
      label: 'shortcut.copy-answer',
      shortcut: 'copyLastAnswer',
      icon: <Clipboard size={size} />,
      run: () => onCopy('answer'),
    },
    hasCode && {
      id: 'copy-code',
      label: 'shortcut.copy-code',
      shortcut: 'copyLastCode',
      icon: <ClipboardList size={size} />,
      run: () => onCopy('code'),
    },
  ]
  return commands.filter((command) => command !== false)
}

function listCommands(conversation: Conversation, options: ConversationCommandsOptions): readonly Command[] {
  const { pinned } = conversation
  return [
    {
      id: 'rename-this',
      label: 'command.rename',
      keywords: 'command.keywords.rename',
      icon: <Pencil size={size} />,
      takesFocus: true,
      run: options.onRename,
    },
    {
      id: 'pin-this',
      label: pinned ? 'command.unpin' : 'command.pin',
      icon: pinned ? <PinOff size={size} /> : <Pin size={size} />,
      run: () => options.onPin(conversation, !pinned),
    },
    {
      id: 'archive-this',
      label: 'command.archive-this',
      icon: <Archive size={size} />,
      run: () => options.onArchive(conversation),
    },
    {
      id: 'trash-this',
      label: 'command.trash-this',
      keywords: 'command.keywords.trash',
      icon: <Trash2 size={size} />,
      run: () => options.onTrash(conversation),
    },
  ]
}
