import type { RefObject } from 'react'
import { BeforeUpdate } from '../ui/before-update.tsx'
import { findTextPlace, readTextOffset } from './text-place.ts'

/** The ends of a selection as places in a text, in UTF-16 units: they outlive the elements that they were in. */
interface Selected {
  readonly anchor: number
  readonly focus: number
  readonly text: string
}

/**
 * Restores what is selected in a text that grows, also when the elements around it are replaced, as long as the same text is there. A
 * text renders by its own clock, so the thread, which keeps selections over several messages, does not see it.
 */
export function SelectionInGrowingText({ textRef }: { readonly textRef: RefObject<HTMLElement | null> }) {
  return <BeforeUpdate read={() => readSelected(textRef.current)} after={(selected) => restore(textRef.current, selected)} />
}

function restore(root: HTMLElement | null, selected: Selected | null): void {
  if (!root || !selected) return
  const now = readSelected(root)
  if (now?.anchor === selected.anchor && now.focus === selected.focus) return
  const start = Math.min(selected.anchor, selected.focus)
  if (root.textContent.slice(start, start + selected.text.length) !== selected.text) return
  const anchor = findTextPlace(root, selected.anchor)
  const focus = findTextPlace(root, selected.focus)
  if (anchor && focus) document.getSelection()?.setBaseAndExtent(anchor.node, anchor.offset, focus.node, focus.offset)
}

function readSelected(root: HTMLElement | null): Selected | null {
  const selection = root && document.getSelection()
  if (!selection || selection.isCollapsed) return null
  const { anchorNode, anchorOffset, focusNode, focusOffset } = selection
  if (!anchorNode || !focusNode || !root.contains(anchorNode) || !root.contains(focusNode)) return null
  const anchor = readTextOffset(root, anchorNode, anchorOffset)
  const focus = readTextOffset(root, focusNode, focusOffset)
  return { anchor, focus, text: root.textContent.slice(Math.min(anchor, focus), Math.max(anchor, focus)) }
}
