import { completeInline } from './complete-inline.ts'
import { openDetailsLine, openDetailsStart, readDetailsLine } from './known-tags.ts'

/**
 * Completes the source of a growing block for display: closes what is open, and holds back what the next characters may turn into
 * something else, so that nothing flashes. Returns the source to parse instead, which may be blank.
 *
 * @param isRow the source is a row of a table whose head is known
 */
export function completeTail(source: string, isRow = false): string {
  const held = holdBack(source, isRow)
  if (held.trim() === '') return ''
  if (!isRow) {
    const table = toTableHead(held)
    if (table !== null) return table
  }
  return isOver(held) ? held : holdBack(completeInline(held), isRow)
}

/** Quote and list markers before the content of a line. */
const outer = String.raw`^[ \t]*(?:>[ \t]?)*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*`

/** An unfinished last line that may still become several things: a lone list, heading, quote or fence marker, or a heading's underline. */
const undecidedLine = new RegExp(
  outer + String.raw`(?:[-+*]|\d{1,9}[.)]?|#{1,6}|>|=+|-{2,}|\*{2,}|_{2,}|[~\x60]{1,2}|[~\x60]{3,}[^\x60\n]*)[ \t]*$`,
  'u',
)

/** The start of a link, a task's checkbox, or a definition: what it is shows only after the bracket. */
const undecidedBracket = new RegExp(outer + String.raw`\[[^\]\n]{0,60}(?:\]:?[ \t]*)?$`, 'u')

const maxHeldHead = 400

function holdBack(source: string, isRow: boolean): string {
  const lineStart = source.lastIndexOf('\n') + 1
  const line = source.slice(lineStart)
  if (isRow) return source
  if (openDetailsLine.test(line) && readDetailsLine(line.replace(/^[ \t>]*/u, '')) === null) {
    // The summary of details in one line has been visible already; their body is there when the line is.
    return source.slice(0, lineStart) + (openDetailsStart.exec(line)?.[0] ?? '')
  }
  if (undecidedLine.test(line) || undecidedBracket.test(line)) return source.slice(0, lineStart)
  // The head of a table is a line of text until its delimiter row follows.
  if (/^ {0,3}\|/u.test(line) && line.length < maxHeldHead && !isInTable(source, lineStart)) return source.slice(0, lineStart)
  return source
}

/** Whether the source ends in a heading or row whose line is complete. */
function isOver(source: string): boolean {
  return /(?:^|\n)[ \t>]*(?:#{1,6}[ \t]|\|)[^\n]*\n$/u.test(source)
}

function isInTable(source: string, lineStart: number): boolean {
  const before = source.slice(0, lineStart).trimEnd()
  const previous = before.slice(before.lastIndexOf('\n') + 1)
  return previous.trimStart().startsWith('|') && /\n *\|?[ :|-]*-[ :|-]*(?:\n|$)/u.test(`\n${before}`)
}

/** Completes a line of cells, followed by at most the start of a delimiter row, to a table head. Null if there is none. */
function toTableHead(source: string): string | null {
  const match = /(?:^|\n)(?<head> {0,3}\|[^\n]*\|)[ \t]*\n(?<rule>[ \t]*[|:-]?[ |:-]*)$/u.exec(source)
  const head = match?.groups?.['head']
  if (!match || head === undefined) return null
  const cells = head.replaceAll(/\\\|/gu, '').split('|').length - 2
  if (cells < 1) return null
  const rule = match.groups?.['rule'] ?? ''
  const withoutRule = source.slice(0, source.length - rule.length)
  return `${withoutRule}|${' --- |'.repeat(cells)}`
}
