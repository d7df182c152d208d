import remend from 'remend'

/**
 * What a block that still grows is shown as: what is open is closed, and what may turn into something else with the next characters is
 * held back, so that nothing flashes. Gives the source to parse instead; it may be blank.
 */
export function completeTail(source: string): string {
  const held = holdBack(source)
  if (held.trim() === '') return ''
  const table = toTableHead(held)
  if (table !== null) return table
  return remend(held, remendOptions)
}

const remendOptions = {
  linkMode: 'text-only',
  katex: false,
  htmlTags: false,
  comparisonOperators: false,
  setextHeadings: false,
  singleTilde: false,
} as const

/** An unfinished last line that is nothing yet: a lone marker of a list, heading, quote or fence, or what may underline a heading. */
const undecidedLine =
  /^[ \t]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*(?:[-+*]|\d{1,9}[.)]?|#{1,6}|>|=+|-{2,}|\*{2,}|_{2,}|[`~]{1,2}|[`~]{3,}[^`\n]*)[ \t]*$/u

/** The beginning of a link, of a box of a task, or of a definition, which is not shown at all: they are told apart behind the bracket. */
const undecidedBracket = /^[ \t]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*\[[^\]\n]{0,60}(?:\]:?[ \t]*)?$/u

/** Marks at the very end that will open or close something: it is seen with the next character. */
const undecidedEnd =
  /(?:[*_~`]+|!\[[^\]\n]{0,200}(?:\](?:\([^)\n]{0,500})?)?|\[|!|\\|\$|<\/?[a-z][^\s<>]{0,80}|<|&[a-z#]?[a-z0-9]{0,10})$/iu

/** A formula of one line that is still open, and is certainly none of the prices. */
const openMath = /(?:\$\$[^$\n]*|\\\((?:(?!\\\))[^\n])*|\\\[(?:(?!\\\])[^\n])*|(?<![\p{L}\p{N}$\\])\$[\p{L}\\{(|][^$\n]{0,120})$/u

const maxHeldHead = 400

function holdBack(source: string): string {
  const lineStart = source.lastIndexOf('\n') + 1
  const line = source.slice(lineStart)
  if (undecidedLine.test(line) || undecidedBracket.test(line)) return source.slice(0, lineStart)
  // The head of a table is a line of text until the line below it is there.
  if (/^ {0,3}\|/u.test(line) && line.length < maxHeldHead && !isInTable(source, lineStart)) return source.slice(0, lineStart)
  if (isInCodeSpan(line)) return source
  const withoutMath = source.replace(openMath, '')
  return withoutMath === source ? source.replace(undecidedEnd, '') : withoutMath
}

/** Whether something is written in code that this line has opened: its marks are characters. */
function isInCodeSpan(line: string): boolean {
  return (line.match(/`/gu)?.length ?? 0) % 2 === 1
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
