import type { Message } from '@holdfast/shared'
import { lastCodeBlock } from './last-code-block.ts'

/** The text of the newest answer that has one, or the newest block of code in an answer; null when there is none. */
export function lastAnswerText(messages: readonly Message[], what: 'answer' | 'code'): string | null {
  const answers = messages.filter(({ role, content }) => role === 'assistant' && content !== '')
  if (what === 'answer') return answers.at(-1)?.content ?? null
  for (const { content } of answers.reverse()) {
    const code = lastCodeBlock(content)
    if (code !== null) return code
  }
  return null
}

/** The same as `lastAnswerText(messages, 'code') !== null` for nearly all texts, in a fraction of the time. */
export function mayHaveCode(messages: readonly Message[]): boolean {
  return messages.some(({ role, content }) => role === 'assistant' && (content.includes('```') || content.includes('~~~')))
}
