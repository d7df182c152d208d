/** The offset of a position in an element's text, in UTF-16 units. */
export function readTextOffset(root: Element, node: Node, offset: number): number {
  const range = document.createRange()
  range.setStart(root, 0)
  range.setEnd(node, offset)
  return range.toString().length
}

/** The position at an offset in an element's text, in UTF-16 units; null if the text is shorter. */
export function findTextPlace(root: Element, length: number): { readonly node: Text; readonly offset: number } | null {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  let left = length
  for (let node = walker.nextNode(); node instanceof Text; node = walker.nextNode()) {
    if (left <= node.length) return { node, offset: left }
    left -= node.length
  }
  return null
}
