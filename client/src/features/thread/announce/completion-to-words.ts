import type { Message } from '@holdfast/shared'
import type { Text } from '../../../i18n/use-text.ts'
import { markdownToPlain } from '../model/markdown-to-plain.ts'

/** What a screen reader says of an answer that is complete: all of it, or how much it is. An answer may be pictures alone. */
export function completionToWords({ content, parts }: Pick<Message, 'content' | 'parts'>, isWhole: boolean, text: Text): string {
  const count = countWords(content)
  if (isWhole && count > 0) return text('announce.whole', { words: markdownToPlain(content) })
  return text('announce.completed', { count, files: parts.filter(({ type }) => type === 'file').length })
}

export function countWords(content: string): number {
  return content.split(/\s+/u).filter(Boolean).length
}
