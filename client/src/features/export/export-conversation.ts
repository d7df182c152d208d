import type { Id } from '@holdfast/shared'
import type { HoldfastClient } from '../../sdk/client.ts'
import { collectBlob } from './collect-blob.ts'
import { conversationToMarkdown, conversationToText, type ExportWords } from './conversation-to-markdown.ts'
import { download } from '../../ui/download.ts'
import { titleToFileName } from './file-name.ts'
import { readPath } from './read-conversation.ts'
import type { ExportFormat } from './export-format.ts'
import { writeConversation } from './write-export.ts'

export interface ExportRequest {
  readonly conversationId: Id
  /** A message on the path to export; null for the current path. JSON contains all paths. */
  readonly leafId: Id | null
  readonly format: ExportFormat
  readonly words: ExportWords
}

export async function exportConversation(trpc: HoldfastClient['trpc'], request: ExportRequest): Promise<void> {
  const { conversationId, leafId, format, words } = request
  if (format === 'json') {
    const { conversation } = await trpc.conversations.get.query({ conversationId, limit: 1 })
    const blob = await collectBlob('application/json', (write) => writeConversation(trpc, conversationId, write))
    return download(blob, titleToFileName(conversation.title, 'json'))
  }
  const { conversation, messages } = await readPath(trpc, conversationId, leafId)
  const isMarkdown = format === 'markdown'
  const content = (isMarkdown ? conversationToMarkdown : conversationToText)(conversation, messages, words)
  const type = isMarkdown ? 'text/markdown;charset=utf-8' : 'text/plain;charset=utf-8'
  download(new Blob([content], { type }), titleToFileName(conversation.title, isMarkdown ? 'md' : 'txt'))
}
