import { runAt, type Scan } from './scan.ts'

/** Marks of emphasis: they close what is open, or open something, or are characters (CommonMark 0.31, section 6.2). */
export function stepEmphasis(scan: Scan): void {
  const { text, at } = scan
  const mark = text.charAt(at)
  const run = runAt(text, at)
  const behind = at + run
  scan.at = behind
  // Whether they open or close, and how many there will be, is seen with the next character; closing them again comes to the same.
  if (text.slice(behind).trim() === '') {
    scan.end = at
    scan.at = at
    return
  }
  const before = text[at - 1] ?? ' '
  const after = text[behind] ?? ' '
  const isLeft = !/\s/u.test(after) && (!isPunctuation(after) || /\s/u.test(before) || isPunctuation(before))
  const isRight = !/\s/u.test(before) && (!isPunctuation(before) || /\s/u.test(after) || isPunctuation(after))
  if (mark === '~' && run !== 2) return
  const canClose = isRight && (mark !== '_' || !isLeft || isPunctuation(after))
  // Between two letters or digits a single star is mostly one of arithmetic.
  const canOpen = isLeft && (mark === '_' ? !isRight || isPunctuation(before) : !(mark === '*' && run === 1 && isRight))
  const left = canClose ? closeEmphasis(scan, mark, run) : run
  if (left > 0 && canOpen) scan.open.push({ mark, count: left, index: at, run })
}

/** Closes what these marks close; gives how many of them are left. */
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

function isPunctuation(character: string): boolean {
  return /[\p{P}\p{S}]/u.test(character)
}
