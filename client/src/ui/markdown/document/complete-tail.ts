import { completeInline } from './complete-inline.ts'

/**
 * What a block that still grows is shown as: what is open is closed, and what may turn into something else with the next characters is
 * held back, so that nothing flashes. Gives the source to parse instead; it may be blank.
 *
 * @param isRow it is a row of a table that has begun before
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

/** Before a line: quotes, and the marks of the items that it is in. */
const outer = String.raw`^[ \t]*(?:>[ \t]?)*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*`

/** An unfinished last line that is nothing yet: a lone marker of a list, heading, quote or fence, or what may underline a heading. */
const undecidedLine = new RegExp(
  outer + String.raw`(?:[-+*]|\d{1,9}[.)]?|#{1,6}|>|=+|-{2,}|\*{2,}|_{2,}|[~\x60]{1,2}|[~\x60]{3,}[^\x60\n]*)[ \t]*$`,
  'u',
)

/** The beginning of a link, of a box of a task, or of a definition, which is not shown at all: they are told apart behind the bracket. */
const undecidedBracket = new RegExp(outer + String.raw`\[[^\]\n]{0,60}(?:\]:?[ \t]*)?$`, 'u')

const maxHeldHead = 400

function holdBack(source: string, isRow: boolean): string {
  const lineStart = source.lastIndexOf('\n') + 1
  const line = source.slice(lineStart)
  if (isRow) return source
  if (undecidedLine.test(line) || undecidedBracket.test(line)) return source.slice(0, lineStart)
  // The head of a table is a line of text until the line below it is there.
  if (/^ {0,3}\|/u.test(line) && line.length < maxHeldHead && !isInTable(source, lineStart)) return source.slice(0, lineStart)
  return source
}

/** A heading or a row whose line has ended: nothing goes on in it. */
function isOver(source: string): boolean {
  return /(?:^|\n)[ \t>]*(?:#{1,6}[ \t]|\|)[^\n]*\n$/u.test(source)
}

function isInTable(source: string, lineStart: number): boolean {
  const before = source.slice(0, lineStart).trimEnd()
  const previous = before.slice(before.lastIndexOf('\n') + 1)
  return previous.trimStart().startsWith('|') && /\n *\|?[ :|-]*-[ :|-]*(?:\n|$)/u.test(`\n${before}`)
}

/** A line of cells, and below it at most the beginning of the line that makes it a table's head: shown as that head at once. */
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
