import { findMatches, textToQuery, textToWords } from '@holdfast/shared'

const name = 'found-words'
const blocks = 'p, li, td, th, pre, blockquote, h1, h2, h3, h4, h5, h6, dt, dd, figcaption, div'

/** Highlights the search words in parts of the page, without changing their elements. */
export function markWords(elements: Iterable<Element>, query: string): void {
  if (!('highlights' in CSS)) return
  CSS.highlights.set(name, new Highlight(...Array.from(elements, (element) => findWordRanges(element, query)).flat()))
}

function findWordRanges(element: Element, query: string): Range[] {
  const nodes = readTextNodes(element)
  const whole = nodes.map(({ before, node }) => before + node.data).join('')
  return findMatches([...textToWords(whole)], textToQuery(query)).flatMap(({ start, end }) => {
    const from = nodes.findLast((one) => one.start <= start)
    const to = nodes.findLast((one) => one.start < end)
    if (!from || !to) return []
    const range = new Range()
    range.setStart(from.node, Math.min(start - from.start, from.node.length))
    range.setEnd(to.node, Math.min(end - to.start, to.node.length))
    return range
  })
}

export function unmarkWords(): void {
  if ('highlights' in CSS) CSS.highlights.delete(name)
}

interface PlacedText {
  readonly node: Text
  /** Offset in the whole text; the words of two blocks do not run into each other. */
  readonly start: number
  readonly before: '' | '\n'
}

function readTextNodes(element: Element): PlacedText[] {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  const placed: PlacedText[] = []
  let length = 0
  let lastBlock: Element | null = null
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!(node instanceof Text)) continue
    const block = node.parentElement?.closest(blocks) ?? null
    const before = block === lastBlock ? '' : '\n'
    lastBlock = block
    length += before.length
    placed.push({ node, start: length, before })
    length += node.length
  }
  return placed
}
