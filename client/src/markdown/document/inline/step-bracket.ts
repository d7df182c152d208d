import type { Bracket, Scan } from './scan.ts'

/** A bracket that stays open for longer, in characters, is text. */
const maxLinkText = 300

export function stepPicture(scan: Scan): void {
  const next = scan.text[scan.at + 1]
  if (next === undefined) scan.end = scan.at
  else if (next === '[') {
    scan.brackets.push({ index: scan.at, isImage: true })
    scan.at += 2
  } else scan.at += 1
}

export function stepBracketEnd(scan: Scan): void {
  const { text, at } = scan
  const bracket = scan.brackets.pop()
  scan.at += 1
  if (!bracket) return
  const next = text[at + 1]
  const behind = next === '(' ? findAddressEnd(text, at + 2) : next === '[' ? text.indexOf(']', at + 2) : at
  const isUndecided = next === undefined || behind === -1
  if (!isUndecided) {
    scan.at = behind + 1
    return
  }
  const isHidden = bracket.isImage || (next !== '(' && isShort(text.slice(bracket.index + 1, at)))
  if (isHidden) scan.end = Math.min(scan.end, bracket.index)
  else {
    scan.removed.push([bracket.index, bracket.index + 1], [at, text.length])
    scan.at = scan.end
  }
}

/** A source number, a note or a single letter in brackets: usually no link, so it is held back until that is certain. */
function isShort(words: string): boolean {
  return words.startsWith('^') || words.length <= 2 || /^\d{3}$/u.test(words)
}

/** Offset at which an address in parentheses ends; -1 while it is open. */
function findAddressEnd(text: string, from: number): number {
  let depth = 0
  let quote: string | null = null
  for (let at = from; at < text.length; at += 1) {
    const character = text[at]
    if (character === '\\') at += 1
    else if (quote !== null) quote = character === quote ? null : quote
    else if ((character === '"' || character === "'") && /\s/u.test(text[at - 1] ?? '')) quote = character
    else if (character === '(') depth += 1
    else if (character === ')' && depth === 0) return at
    else if (character === ')') depth -= 1
    else if (character === '\n' && text[at + 1] === '\n') return from - 2
  }
  return -1
}

/** Resolves a bracket that is still open: a link renders its text, an image or a footnote renders nothing yet. */
export function leaveBracket(scan: Scan, { index, isImage }: Bracket): void {
  if (index >= scan.end || scan.end - index > maxLinkText) return
  if (isImage || isShort(scan.text.slice(index + 1, scan.end))) scan.end = index
  else scan.removed.push([index, index + 1])
}
