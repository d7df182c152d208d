import type { Message } from '@holdfast/shared'
import { countLongLines, shownLines } from './long-question.ts'

const lineHeight = 27
const charactersPerLine = 76
/** Padding, the row of actions, and the distance to the next message. */
const frame = { user: 72, assistant: 60 }
const cardHeight = 52
const mostLines = 4_000
const gap = 15
const code = { line: 21.5, frame: 62, folded: 400, foldedLines: 40 }
const tableRowHeight = 37

export const dayHeight = 44

/** Estimates the height of a message before its first layout, in pixels, closely enough for a truthful scroll bar. */
export function estimateHeight(message: Message | undefined): number {
  if (!message || message.role === 'system') return 0
  const all = Math.min(mostLines, Math.ceil(message.content.length / charactersPerLine) || 1)
  const isCut = message.role === 'user' && countLongLines(message.content) !== null
  const lines = isCut ? shownLines + 1 : all
  const others = message.parts.length > 1 ? message.parts.length - 1 : 0
  return frame[message.role] + lines * lineHeight + Math.min(others, 20) * cardHeight
}

/** The heights of what surrounds an answer, of a card in it, and of one picture or a row of them. */
export const estimatedFrame = { answer: frame.assistant, card: cardHeight, picture: 240, pictures: 145 }

/** Estimates the height of a formatted text by its lines, in pixels. Long code is folded unless it is still growing. */
export function estimateTextHeight(source: string, isGrowing: boolean): number {
  let height = 0
  let codeLines = -1
  let isBehindText = false
  for (const line of source.split('\n')) {
    const isFence = /^\s{0,6}(?:`{3,}|~{3,})/u.test(line)
    if (codeLines >= 0) {
      if (isFence) height += endCode(codeLines, isGrowing)
      codeLines = isFence ? -1 : codeLines + 1
    } else if (isFence) {
      codeLines = 0
      isBehindText = false
    } else if (line.trim() === '') {
      if (isBehindText) height += gap
      isBehindText = false
    } else if (/^\s*\|/u.test(line)) {
      height += /^[\s|:-]+$/u.test(line) ? 0 : tableRowHeight
      isBehindText = true
    } else {
      height += Math.ceil(line.length / charactersPerLine) * lineHeight
      isBehindText = true
    }
  }
  return height + (codeLines >= 0 ? endCode(codeLines, isGrowing) : 0)
}

function endCode(lines: number, isGrowing: boolean): number {
  const isFolded = !isGrowing && lines > code.foldedLines
  return code.frame + gap + (isFolded ? code.folded + 36 : lines * code.line)
}
