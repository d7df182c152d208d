/**
 * Where a long text can be cut without parsing it: the offsets of lines from which on it, parsed alone, is what it is within the whole.
 * Each begins a block at the margin behind a blank line, outside of everything that could hold both (CommonMark 0.31, section 5: what a
 * container holds is indented or marked in each line, and nothing goes on lazily behind a blank line). Where that is not certain
 * without a parser, nothing more is cut.
 *
 * @param atLeast characters between two cuts
 */
export function findSections(text: string, atLeast: number): readonly number[] {
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

/** Where the content of the last item of a list begins; whether there is a list at all. */
type InList = number | 'no' | 'unsure'

const listMark = /^(?<mark>[-+*]|(?<number>\d{1,9})[.)])(?<room> +|\t|$)/u
const rule = /^(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/u
/** HTML that ends at something else than a blank line. */
const longHtml = /^<(?:script|pre|style|textarea|!|\?)/iu
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
    // Whatever an item holds ends with the item.
    if (typeof inList === 'number' && indent >= inList) return null
    if (indent >= 4) return null
    const mark = rule.test(rest) ? null : listMark.exec(rest)
    const before: InList = inList
    inList = readList(mark, { indent, before, wasBehindBlank })
    const fenceStart = fenceMark.exec(rest)
    if (longHtml.test(rest) || (fenceStart && (isInFormula || (before === 'unsure' && indent > 0)))) return 'unsure'
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
  // Within a paragraph only some marks begin a list.
  if (!wasBehindBlank && before !== 'no' && typeof before !== 'number') return 'unsure'
  const { number = '1', room = '' } = mark.groups ?? {}
  if (!wasBehindBlank && before === 'no' && (Number(number) !== 1 || room === '')) return 'unsure'
  const width = room.includes('\t') || room.length > 4 ? 1 : Math.max(1, room.length)
  return indent + mark[0].length - room.length + width
}

/** Columns before the first character; a tab goes to the next multiple of four. */
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
