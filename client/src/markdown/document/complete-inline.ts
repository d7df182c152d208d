import { inlineTagPattern, readInlineTag } from './known-tags.ts'
import { leaveBracket, stepBracketEnd, stepPicture } from './inline/step-bracket.ts'
import { runAt, type Scan } from './inline/scan.ts'
import { stepEmphasis } from './inline/step-emphasis.ts'

/**
 * Completes the inline content at the end of a growing block: closes what is open, and holds back what the next characters decide about.
 * Reads marks as CommonMark does (0.31, chapter 6), from the start of the last paragraph, heading, item or cell.
 */
export function completeInline(source: string): string {
  const start = findInlineStart(source)
  const scan: Scan = {
    text: source.slice(start),
    at: 0,
    end: source.length - start,
    open: [],
    brackets: [],
    removed: [],
    code: null,
  }
  while (scan.at < scan.end) step(scan)
  for (const bracket of scan.brackets) leaveBracket(scan, bracket)
  dropEmptyMarks(scan)
  const kept = remove(scan.text.slice(0, scan.end), scan.removed)
  const code = scan.code && scan.code.index < scan.end ? scan.code.mark : ''
  // A closing emphasis mark must follow a word directly.
  const words = code === '' ? kept.trimEnd() : kept
  const marks = scan.open
    .toReversed()
    .map(({ mark, count }) => mark.repeat(count))
    .join('')
  return source.slice(0, start) + words + code + marks + kept.slice(words.length)
}

/** Removes opening marks that have no content yet. */
function dropEmptyMarks(scan: Scan): void {
  for (let last = scan.open.at(-1); last; last = scan.open.at(-1)) {
    if (last.index < scan.end && scan.text.slice(last.index + last.run, scan.end).trim() !== '') return
    scan.end = Math.min(scan.end, last.index)
    scan.open.pop()
  }
}

/** Maximum length of an unclosed inline formula, in characters. */
const maxMath = 120

function findInlineStart(source: string): number {
  let start = 0
  const body = source.trimEnd()
  for (let end = body.length; end > 0;) {
    const lineStart = body.lastIndexOf('\n', end - 1) + 1
    const line = body.slice(lineStart, end)
    if (line.trim() === '') break
    start = lineStart
    if (/^[ \t>]*(?:[-+*]|\d{1,9}[.)]|#{1,6})[ \t]/u.test(line)) break
    if (/^[ \t>]*\|/u.test(line)) return Math.max(start, lastCellStart(body))
    end = lineStart - 1
  }
  return start
}

function lastCellStart(row: string): number {
  let at = row.length
  do at = row.lastIndexOf('|', at - 1)
  while (at > 0 && row[at - 1] === '\\')
  return at + 1
}

const steps: Readonly<Record<string, (scan: Scan) => void>> = {
  '\\': stepEscape,
  '`': stepCode,
  $: stepDollar,
  '<': stepAngle,
  '&': (scan) => holdAtEnd(scan, /&[a-z#]?[a-z0-9]{0,10}$/iuy),
  '!': stepPicture,
  '[': (scan) => {
    scan.brackets.push({ index: scan.at, isImage: false })
    scan.at += 1
  },
  ']': stepBracketEnd,
  '*': stepEmphasis,
  _: stepEmphasis,
  '~': stepEmphasis,
}

function step(scan: Scan): void {
  const own = steps[scan.text.charAt(scan.at)]
  if (own) own(scan)
  else scan.at += 1
}

function stepEscape(scan: Scan): void {
  const next = scan.text[scan.at + 1]
  if (next === '(' || next === '[') {
    const close = scan.text.indexOf(next === '(' ? '\\)' : '\\]', scan.at + 2)
    const isSameLine = close !== -1 || !scan.text.slice(scan.at).trimEnd().includes('\n')
    if (close !== -1) scan.at = close + 2
    else if (isSameLine) scan.end = scan.at
    else scan.at += 2
    return
  }
  // At the end of a line a backslash is a hard break, once another line follows.
  if (scan.text.slice(scan.at + 1).trim() === '') scan.end = scan.at
  else scan.at += 2
}

function stepCode(scan: Scan): void {
  const run = runAt(scan.text, scan.at)
  for (let at = scan.at + run; at < scan.text.length;) {
    const next = scan.text.indexOf('`', at)
    if (next === -1) break
    const length = runAt(scan.text, next)
    const isEnd = next + length === scan.text.length
    if (length === run && !isEnd) {
      scan.at = next + length
      return
    }
    at = next + length
  }
  const content = scan.text.slice(scan.at + run).replace(/`+\s*$/u, '')
  if (content.trim() === '') scan.end = scan.at
  else {
    scan.code = { mark: '`'.repeat(run), index: scan.at }
    scan.end = scan.at + run + content.length
    scan.at = scan.end
  }
}

function stepDollar(scan: Scan): void {
  const { text, at } = scan
  const rest = text.slice(at)
  if (rest === '$' || rest === '$$') scan.end = at
  else if (rest.startsWith('$$')) {
    const close = text.indexOf('$$', at + 2)
    if (close !== -1) scan.at = close + 2
    else if (rest.trimEnd().includes('\n')) scan.at += 2
    else scan.end = at
  } else {
    // A price does not begin with a letter or a TeX mark.
    const isFormula = /^\$[\p{L}\\{(|]/u.test(rest) && !/[\p{L}\p{N}$\\]$/u.test(text.slice(0, at))
    const close = isFormula ? /^\$[^$\n]*[^$\s]\$(?!\d)/u.exec(rest) : null
    if (close && close[0].length < rest.length) scan.at += close[0].length
    else if (isFormula && rest.length <= maxMath && /^\$[^$\n]*\$?$/u.test(rest)) scan.end = at
    else scan.at += 1
  }
}

/** The start of a tag or an address; a known tag may have white space in it. */
const openAngle = new RegExp(`<(?:/|/?[a-z][^\\s<>]{0,80}|/?(?:${inlineTagPattern})\\s*/?)?$`, 'iuy')

function stepAngle(scan: Scan): void {
  const { at } = scan
  const [whole] = /^<[a-z/!?][^\s<>]*\s*\/?>/iu.exec(scan.text.slice(at)) ?? []
  if (whole === undefined) {
    holdAtEnd(scan, openAngle)
    return
  }
  const tag = readInlineTag(whole)
  if (tag?.kind === 'open') scan.open.push({ mark: `</${tag.name}>`, count: 1, index: at, run: whole.length })
  if (tag?.kind === 'close') {
    const index = scan.open.findLastIndex(({ mark }) => mark === `</${tag.name}>`)
    if (index !== -1) scan.open.length = index
  }
  scan.at += whole.length
}

function holdAtEnd(scan: Scan, pattern: RegExp): void {
  pattern.lastIndex = scan.at
  if (pattern.test(scan.text)) scan.end = scan.at
  else scan.at += 1
}

function remove(text: string, stretches: readonly (readonly [number, number])[]): string {
  let result = ''
  let at = 0
  for (const [from, to] of stretches.toSorted(([a], [b]) => a - b)) {
    if (from < at) continue
    result += text.slice(at, from)
    at = Math.min(to, text.length)
  }
  return result + text.slice(at)
}
