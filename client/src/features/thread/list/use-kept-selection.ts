import { useLayoutEffect, useRef, type RefObject } from 'react'

interface Ends {
  readonly anchor: Node
  readonly anchorOffset: number
  readonly focus: Node
  readonly focusOffset: number
}

/**
 * What is selected stays selected while the text around it grows: a browser forgets a selection in a text that is written anew, even
 * when it only became longer. `onSelected` tells of a selection that would be gone before the browser tells of it.
 */
export function useKeptSelection(contentRef: RefObject<HTMLElement | null>, onSelected: () => void): void {
  const before = useRef<Ends | null>(null)
  // Read before anything is changed in the page.
  before.current = readEnds(contentRef.current)
  useLayoutEffect(() => {
    const ends = before.current
    const selection = document.getSelection()
    if (!ends || !selection) return
    onSelected()
    const { anchor, anchorOffset, focus, focusOffset } = ends
    if (
      selection.anchorNode === anchor &&
      selection.anchorOffset === anchorOffset &&
      selection.focusNode === focus &&
      selection.focusOffset === focusOffset
    )
      return
    if (!anchor.isConnected || !focus.isConnected || anchorOffset > lengthOf(anchor) || focusOffset > lengthOf(focus)) return
    selection.setBaseAndExtent(anchor, anchorOffset, focus, focusOffset)
  })
}

function readEnds(content: HTMLElement | null): Ends | null {
  const selection = content && document.getSelection()
  if (!selection || selection.isCollapsed) return null
  const { anchorNode, anchorOffset, focusNode, focusOffset } = selection
  if (!anchorNode || !focusNode || !content.contains(anchorNode)) return null
  return { anchor: anchorNode, anchorOffset, focus: focusNode, focusOffset }
}

function lengthOf(node: Node): number {
  return node instanceof CharacterData ? node.length : node.childNodes.length
}
