import type { Id } from '@holdfast/shared'
import { messageToDocument } from '../src/conversation-store/index-messages.ts'

/** What the search index holds of a text, for benches that write their rows by SQL. */
export function textToLexemes(userId: Id, text: string): string {
  const about = { id: userId, conversationId: userId, role: 'assistant' as const, model: null, createdAt: new Date(0) }
  return messageToDocument(userId, { ...about, parts: [{ type: 'text', text }] }).lexemes
}
