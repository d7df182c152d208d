import type { Message } from '@holdfast/shared'
import { countLongLines, shownLines } from '../long-question.ts'

const lineHeight = 27
const charactersPerLine = 76
/** Padding, what can be done with a message, and the distance to the next one. */
const frame = { user: 72, assistant: 60 }
const cardHeight = 52
const mostLines = 4_000

export const dayHeight = 44

/** How tall a message will be, in pixels, before it was ever laid out: near enough that the scroll bar tells the truth. */
export function estimateHeight(message: Message | undefined): number {
  if (!message || message.role === 'system') return 0
  const all = Math.min(mostLines, Math.ceil(message.content.length / charactersPerLine) || 1)
  const isCut = message.role === 'user' && countLongLines(message.content) !== null
  const lines = isCut ? shownLines + 1 : all
  const others = message.parts.length > 1 ? message.parts.length - 1 : 0
  return frame[message.role] + lines * lineHeight + Math.min(others, 20) * cardHeight
}
