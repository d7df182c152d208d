import type { Id } from '@holdfast/shared'
import { useEffect, useEffectEvent } from 'react'
import { findElement, findParagraph } from './find-paragraph.ts'

const highlightName = 'read-here'
const interactive = 'a, button, input, select, textarea, summary, [role=button]'

export interface ParagraphMarksOptions {
  readonly messageId: Id
  /** As they are read; code is its own text. */
  readonly paragraphs: readonly string[]
  /** The one that is read; null: none. */
  readonly current: number | null
  readonly onChoose: (paragraph: number) => void
}

/** Marks the paragraph that is read, and lets a person choose another one by pointing at it. */
export function useParagraphMarks({ messageId, paragraphs, current, onChoose }: ParagraphMarksOptions): void {
  const choose = useEffectEvent((target: Node) => {
    const index = findParagraph(target, paragraphs)
    if (index >= 0) onChoose(index)
  })
  useEffect(() => {
    const onClick = (event: MouseEvent) => {
      const { target } = event
      if (!(target instanceof Element) || target.closest(interactive)) return
      // A text that is being selected is not pointed at.
      const isSelecting = getSelection()?.isCollapsed === false
      if (!isSelecting && target.closest('[data-part=message-content]') && target.closest(messageSelector(messageId)))
        choose(target)
    }
    document.addEventListener('click', onClick)
    return () => document.removeEventListener('click', onClick)
  }, [messageId])

  const paragraph = current === null ? undefined : paragraphs[current]
  useEffect(() => {
    // Missing in older browsers, which mark nothing.
    const highlights: HighlightRegistry | undefined = globalThis.CSS?.highlights
    const message = document.querySelector(messageSelector(messageId))
    const element = paragraph === undefined || !message ? null : findElement(message, paragraph)
    if (highlights === undefined || !element) return
    const range = new Range()
    range.selectNodeContents(element)
    highlights.set(highlightName, new Highlight(range))
    return () => void highlights.delete(highlightName)
  }, [messageId, paragraph])
}

/** The paragraph with the selection, if it is in this message; else the first. */
export function findSelected(messageId: Id, paragraphs: readonly string[]): number {
  const selection = getSelection()
  const node = selection?.isCollapsed === false ? selection.getRangeAt(0).startContainer : null
  if (!node || !document.querySelector(messageSelector(messageId))?.contains(node)) return 0
  return Math.max(0, findParagraph(node, paragraphs))
}

function messageSelector(messageId: Id): string {
  return `[data-part=message][data-message-id="${CSS.escape(messageId)}"]`
}
