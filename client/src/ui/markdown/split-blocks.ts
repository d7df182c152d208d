/**
 * Cuts markdown into its top-level blocks, so that while an answer grows only its last block is parsed again. It cuts only where the
 * grammar cannot join what comes before with what comes after (CommonMark 0.31: "Container blocks", "Leaf blocks"); where that is not
 * sure, two blocks stay one. Joined by nothing, the blocks are the text again.
 */
export function splitBlocks(text: string): string[] {
  // A footnote's text is gathered at the end of the whole text and numbered there: it cannot be taken apart.
  if (footnoteDefinition.test(text)) return [text]
  const blocks: string[] = []
  let block = ''
  let afterBlank = false
  let kind: BlockKind = 'other'
  let fence: string | null = null

  for (const line of splitLines(text)) {
    const isBlank = fence === null && line.trim() === ''
    const startsBlock = block === '' || (afterBlank && fence === null && !isBlank && !continues(kind, line))
    if (startsBlock) {
      if (block !== '') blocks.push(block)
      block = ''
      kind = lineToKind(line)
    }
    block += line
    if (isBlank) {
      // Blank lines in front of the first block belong to it.
      if (blockIsBlank(block)) kind = 'other'
      afterBlank = !blockIsBlank(block)
      if (!afterBlank) continue
    } else {
      afterBlank = false
    }
    fence = nextFence(fence, line, kind)
  }
  if (block !== '') blocks.push(block)
  return blocks
}

/** The link definitions of a text (`[name]: address`), which its blocks need when they are rendered apart. */
export function collectDefinitions(text: string): string {
  if (!text.includes(']:')) return ''
  const definitions: string[] = []
  let fence: string | null = null
  for (const line of splitLines(text)) {
    if (fence === null && linkDefinition.test(line)) definitions.push(line.trimEnd())
    fence = nextFence(fence, line, 'other')
  }
  return definitions.join('\n')
}

type BlockKind = 'list' | 'indented' | 'html' | 'other'

const footnoteDefinition = /^ {0,3}\[\^[^\]\s]+\]:/mu
const linkDefinition = /^ {0,3}\[[^\]^][^\]]*\]:\s*\S/u
const listItem = /^ {0,3}(?:[-+*]|\d{1,9}[.)])(?:\s|$)/u
const fenceLine = /^\s*(?:(?:[-+*>]|\d{1,9}[.)])\s+)*(`{3,}|~{3,})(.*)$/u
// HTML that goes on over blank lines (CommonMark 0.31, section 4.6, kinds 1 to 5).
const longHtml = /^ {0,3}<(?:script|pre|style|textarea|!--|\?|![A-Z]|!\[CDATA\[)/iu

function lineToKind(line: string): BlockKind {
  if (/^(?: {4}|\t)/u.test(line)) return 'indented'
  if (listItem.test(line)) return 'list'
  return longHtml.test(line) ? 'html' : 'other'
}

/** Whether a line after a blank one may still belong to the block. */
function continues(kind: BlockKind, line: string): boolean {
  if (kind === 'html') return true
  // Indented after a list: the item's next paragraph. Indented after something else: code, or the rest of it.
  if (/^(?: {2,}|\t)/u.test(line) && kind !== 'other') return true
  if (/^(?: {4}|\t)/u.test(line)) return true
  return kind === 'list' && (listItem.test(line) || line.startsWith(' '))
}

function nextFence(fence: string | null, line: string, kind: BlockKind): string | null {
  if (fence === null && kind === 'indented') return null
  const match = fenceLine.exec(line.trimEnd())
  const marks = match?.[1]
  if (marks === undefined) return fence
  const info = match?.[2] ?? ''
  if (fence === null) return marks.startsWith('`') && info.includes('`') ? null : marks
  const closes = marks.startsWith(fence.charAt(0)) && marks.length >= fence.length && info.trim() === ''
  return closes ? null : fence
}

function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/gu) ?? []
}

function blockIsBlank(block: string): boolean {
  return block.trim() === ''
}
