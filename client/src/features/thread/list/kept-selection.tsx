import type { RefObject } from 'react'
import { BeforeUpdate } from '../../../ui/before-update.tsx'

interface Ends {
  readonly anchor: Node
  readonly anchorOffset: number
  readonly focus: Node
  readonly focusOffset: number
}

export interface KeptSelectionProps {
  readonly contentRef: RefObject<HTMLElement | null>
  /** Something is selected, maybe not yet reported by the browser. */
  readonly onSelected: () => void
}

/** Restores a selection that the browser drops when the text around it is replaced, even by a text that is only longer. */
export function KeptSelection({ contentRef, onSelected }: KeptSelectionProps) {
  return (
    <BeforeUpdate
      read={() => readEnds(contentRef.current)}
      after={(ends) => {
        if (!ends) return
        onSelected()
        restoreEnds(ends)
      }}
    />
  )
}

function restoreEnds({ anchor, anchorOffset, focus, focusOffset }: Ends): void {
  const selection = document.getSelection()
  if (
    !selection ||
    (selection.anchorNode === anchor &&
      selection.anchorOffset === anchorOffset &&
      selection.focusNode === focus &&
      selection.focusOffset === focusOffset)
  )
    return
  if (!anchor.isConnected || !focus.isConnected || anchorOffset > lengthOf(anchor) || focusOffset > lengthOf(focus)) return
  selection.setBaseAndExtent(anchor, anchorOffset, focus, focusOffset)
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
