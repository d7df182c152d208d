import { foldCharacter } from './fold-text.ts'

const blocks = new Set('P LI H1 H2 H3 H4 H5 H6 PRE TD TH TR BLOCKQUOTE DIV UL OL TABLE DL DT DD HR BR SECTION'.split(' '))
const notRead =
  'button, svg, details, .sr-only, .head-again, [aria-hidden=true], [data-testid=tool-call], [data-testid=tool-group]'

/** Where a text stands in a row that is on the screen; `wanted` is folded. */
export function findRanges(row: Element, wanted: string): Range[] {
  const content = row.querySelector('[data-testid=message-content]')
  if (!content || wanted === '') return []
  const { text, nodes, offsets } = readText(content)
  const ranges: Range[] = []
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length)) {
    const last = at + wanted.length - 1
    const [start, end] = [nodes[at], nodes[last]]
    if (!start || !end) continue
    const range = document.createRange()
    range.setStart(start, offsets[at] ?? 0)
    range.setEnd(end, (offsets[last] ?? 0) + 1)
    ranges.push(range)
  }
  return ranges
}

interface ReadText {
  /** Folded, with white space as one space. */
  readonly text: string
  /** For each character, the node that it stands in and where. */
  readonly nodes: readonly Text[]
  readonly offsets: readonly number[]
}

function readText(root: Element): ReadText {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node instanceof Element && node.matches(notRead) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  )
  const characters: string[] = []
  const nodes: Text[] = []
  const offsets: number[] = []
  let block: Element | null = null
  const add = (character: string, node: Text, offset: number) => {
    if (character === ' ' && (characters.length === 0 || characters.at(-1) === ' ')) return
    characters.push(character)
    nodes.push(node)
    offsets.push(offset)
  }
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!(node instanceof Text)) continue
    const own = closestBlock(node.parentElement)
    if (own !== block) add(' ', node, 0)
    block = own
    for (let offset = 0; offset < node.length; offset += 1) add(foldCharacter(node.data.charAt(offset)), node, offset)
  }
  return { text: characters.join(''), nodes, offsets }
}

function closestBlock(element: Element | null): Element | null {
  let block = element
  while (block && !blocks.has(block.tagName)) block = block.parentElement
  return block
}
