import { foldUnits } from './fold-text.ts'

const blocks = new Set(
  'P LI SUMMARY DETAILS H1 H2 H3 H4 H5 H6 PRE TD TH TR BLOCKQUOTE DIV UL OL TABLE DL DT DD HR BR SECTION'.split(' '),
)
/** Reasoning is not searched either, whether it is expanded or not. */
const notRead =
  'button, svg, .sr-only, .head-again, [data-part=remark] > [data-chrome], [aria-hidden=true], [data-part=reasoning], [data-part=tool-call], [data-part=tool-group]'

/** The ranges at which a text stands in a row that exists as an element; `wanted` is folded. */
export function findMatchRanges(row: Element, wanted: string): Range[] {
  const content = row.querySelector('[data-part=message-content]')
  if (!content || wanted === '') return []
  const { text, nodes, starts, ends } = readText(content)
  const ranges: Range[] = []
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length)) {
    const last = at + wanted.length - 1
    const [start, end] = [nodes[at], nodes[last]]
    if (!start || !end) continue
    const range = document.createRange()
    range.setStart(start, starts[at] ?? 0)
    range.setEnd(end, ends[last] ?? 0)
    ranges.push(range)
  }
  return ranges
}

interface ReadText {
  /** Folded, with white space as one space. */
  readonly text: string
  /** For each UTF-16 unit of `text`: the node that it comes from, and from where to where it reaches there. */
  readonly nodes: readonly Text[]
  readonly starts: readonly number[]
  readonly ends: readonly number[]
}

function readText(root: Element): ReadText {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node instanceof Element && node.matches(notRead) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  )
  const nodes: Text[] = []
  const starts: number[] = []
  const ends: number[] = []
  let text = ''
  let block: Element | null = null
  const add = (folded: string, node: Text, start: number, end: number) => {
    if (folded === ' ' && (text === '' || text.endsWith(' '))) return
    text += folded
    for (let unit = 0; unit < folded.length; unit += 1) {
      nodes.push(node)
      starts.push(start)
      ends.push(end)
    }
  }
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!(node instanceof Text)) continue
    const own = closestBlock(node.parentElement)
    if (own !== block) add(' ', node, 0, 1)
    block = own
    for (const { folded, start, end } of foldUnits(node.data)) add(folded, node, start, end)
  }
  return { text, nodes, starts, ends }
}

function closestBlock(element: Element | null): Element | null {
  let block = element
  while (block && !blocks.has(block.tagName)) block = block.parentElement
  return block
}
