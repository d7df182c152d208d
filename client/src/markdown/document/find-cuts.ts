/**
 * Offsets at which a long text can be cut without parsing it: the text behind a cut, parsed alone, gives the same blocks as within the
 * whole. A cut lies before a block at the margin that follows a blank line, outside of every container (CommonMark 0.31, section 5: lines
 * of a container are indented or marked, and no lazy continuation follows a blank line). The scan stops at the first line about which
 * only a parser could decide.
 *
 * @param atLeast minimum characters between two cuts
 */
export function findCuts(text: string, atLeast: number): readonly number[] {
  const cuts: number[] = []
  const scan = createScanner()
  let last = 0
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf('\n', start)
    const end = feed === -1 ? text.length : feed
    const found = scan(text.slice(start, end))
    if (found === 'unsure') return cuts
    if (found === 'cut' && start - last >= atLeast) {
      cuts.push(start)
      last = start
    }
    start = end + 1
  }
  return cuts
}

/** The column at which the content of the last list item begins, or whether there is a list. */
type InList = number | 'no' | 'unsure'

const listMark = /^(?<mark>[-+*]|(?<number>\d{1,9})[.)])(?<room> +|\t|$)/u
const rule = /^(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/u
/** HTML blocks that do not end at a blank line. */
const longHtml = /^<(?:script|pre|style|textarea|!|\?)/iu
/** Contains blank lines. */
const details = /^<details>/iu
const formula = /^(?:\$\$|\\\[)/u
const fenceMark = /^(?:(?<ticks>`{3,})[^`]*|(?<tildes>~{3,}).*)$/u

function createScanner(): (line: string) => 'cut' | 'unsure' | null {
  let fence: string | null = null
  let isBehindBlank = true
  let isInFormula = false
  let inList: InList = 'no'
  return (line) => {
    const indent = readIndent(line)
    const rest = line.trimStart()
    if (fence !== null) {
      if (indent < 4 && isClosing(rest, fence)) fence = null
      isBehindBlank = false
      return null
    }
    if (rest === '') {
      isBehindBlank = true
      isInFormula = false
      return null
    }
    const wasBehindBlank = isBehindBlank
    isBehindBlank = false
    // Content of a list item ends with the item.
    if (typeof inList === 'number' && indent >= inList) return null
    if (indent >= 4) return null
    const mark = rule.test(rest) ? null : listMark.exec(rest)
    const before: InList = inList
    inList = readList(mark, { indent, before, wasBehindBlank })
    const fenceStart = fenceMark.exec(rest)
    if (longHtml.test(rest) || details.test(rest) || (fenceStart && (isInFormula || (before === 'unsure' && indent > 0))))
      return 'unsure'
    if (fenceStart) {
      fence = fenceStart.groups?.['ticks'] ?? fenceStart.groups?.['tildes'] ?? null
      inList = 'no'
    }
    if (formula.test(rest)) isInFormula = true
    return wasBehindBlank && indent === 0 && line === rest && !mark ? 'cut' : null
  }
}

function readList(
  mark: RegExpExecArray | null,
  { indent, before, wasBehindBlank }: { readonly indent: number; readonly before: InList; readonly wasBehindBlank: boolean },
): InList {
  if (!mark) return before === 'no' || wasBehindBlank ? 'no' : 'unsure'
  // Only some markers can interrupt a paragraph.
  if (!wasBehindBlank && before !== 'no' && typeof before !== 'number') return 'unsure'
  const { number = '1', room = '' } = mark.groups ?? {}
  if (!wasBehindBlank && before === 'no' && (Number(number) !== 1 || room === '')) return 'unsure'
  const width = room.includes('\t') || room.length > 4 ? 1 : Math.max(1, room.length)
  return indent + mark[0].length - room.length + width
}

/** Columns before the first character. A tab advances to the next multiple of four. */
function readIndent(line: string): number {
  let column = 0
  for (let index = 0; index < line.length; index += 1) {
    if (line[index] === ' ') column += 1
    else if (line[index] === '\t') column += 4 - (column % 4)
    else break
  }
  return column
}

function isClosing(rest: string, fence: string): boolean {
  const marks = rest.trimEnd()
  return marks.length >= fence.length && marks === fence.charAt(0).repeat(marks.length)
}
