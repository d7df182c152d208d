import {
  classifyCharacter,
  isCjkOrIvs,
  isNonCjkPunctuation,
  isSpaceOrPunctuation,
  isUnicodeWhitespace,
} from 'micromark-extension-cjk-friendly-util'
import { runAt, type Scan } from './scan.ts'

/**
 * Emphasis marks close open emphasis, open it, or are text (CommonMark 0.31, section 6.2), by the rules of
 * markdown-cjk-friendly.
 */
export function stepEmphasis(scan: Scan): void {
  const { text, at } = scan
  const mark = text.charAt(at)
  const run = runAt(text, at)
  const behind = at + run
  scan.at = behind
  // The next character decides whether they open or close, and how many there are. Held back, they give the same result.
  if (text.slice(behind).trim() === '') {
    scan.end = at
    scan.at = at
    return
  }
  const before = classifyBefore(text, at)
  const after = classifyCharacter(text.codePointAt(behind) ?? null)
  const isLeft = !isUnicodeWhitespace(after) && (!isNonCjkPunctuation(after) || mayStandBeside(before))
  const isRight = !isUnicodeWhitespace(before) && (!isNonCjkPunctuation(before) || mayStandBeside(after))
  if (mark === '~' && run !== 2) return
  const canClose = isRight && (mark !== '_' || !isLeft || isSpaceOrPunctuation(after))
  const isOpening = text[at - 1] === '>' || (isCjkOrIvs(after) && isSpaceOrPunctuation(before))
  // A single star between two letters or digits is usually arithmetic.
  const canOpen =
    isLeft && (mark === '_' ? !isRight || isSpaceOrPunctuation(before) : !(mark === '*' && run === 1 && isRight && !isOpening))
  const left = canClose ? closeEmphasis(scan, mark, run) : run
  if (left > 0 && canOpen) scan.open.push({ mark, count: left, index: at, run })
}

/** Closes emphasis with these marks. Returns how many marks are left. */
function closeEmphasis(scan: Scan, mark: string, run: number): number {
  let left = run
  while (left > 0) {
    const index = scan.open.findLastIndex((one) => one.mark === mark)
    const opener = scan.open[index]
    if (!opener) break
    const used = left >= 2 && opener.count >= 2 ? 2 : 1
    left -= used
    opener.count -= used
    scan.open.length = opener.count > 0 ? index + 1 : index
  }
  return left
}

type Category = ReturnType<typeof classifyCharacter>

function classifyBefore(text: string, at: number): Category {
  const before = /[^]$/u.exec(text.slice(Math.max(0, at - 2), at))?.[0]
  return classifyCharacter(before?.codePointAt(0) ?? null)
}

/** Whether marks may stand between this character and punctuation. */
function mayStandBeside(category: Category): boolean {
  return isSpaceOrPunctuation(category) || isCjkOrIvs(category)
}
