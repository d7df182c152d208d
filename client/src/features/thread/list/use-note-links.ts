import type { Id } from '@holdfast/shared'
import { useEffect, type RefObject } from 'react'
import type { MessageSegment } from '../model/message-segment.ts'

/** Links to footnotes and back, where what they lead to does not exist as an element: its row is shown. */
export function useNoteLinks(
  contentRef: RefObject<HTMLElement | null>,
  byMessage: ReadonlyMap<Id, readonly MessageSegment[]>,
  showRow: (key: string) => void,
): void {
  useEffect(() => {
    const content = contentRef.current
    if (!content) return
    const onClick = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href^="#"]') : null
      const messageId = link?.closest<HTMLElement>('[data-message-id]')?.dataset['messageId']
      if (!link || messageId === undefined) return
      const target = link.getAttribute('href')?.slice(1) ?? ''
      if (document.getElementById(target) || document.getElementById(decodeURIComponent(target))) return
      const key = findRowOfNote(byMessage.get(messageId) ?? [], target)
      if (key === null) return
      event.preventDefault()
      showRow(key)
    }
    content.addEventListener('click', onClick)
    return () => content.removeEventListener('click', onClick)
  }, [contentRef, byMessage, showRow])
}

/** The row in which a footnote stands, or the first one that refers to it; null for anything else. `target` is the id that a link names. */
export function findRowOfNote(segments: readonly MessageSegment[], target: string): string | null {
  const isOwn = ({ items }: MessageSegment, has: (source: string, isEnd: boolean) => boolean) =>
    items.some(({ text }) => text !== null && target.startsWith(text.shown.prefix) && has(text.source, text.shown.isEnd))
  const name = /-fnref-(?<name>.+)$/u.exec(target)?.groups?.['name']
  if (name === undefined) return segments.findLast((segment) => isOwn(segment, (_, isEnd) => isEnd))?.key ?? null
  const names = [name, name.replace(/-\d+$/u, '')].map((one) => `[^${decodeURIComponent(one)}]`.toLowerCase())
  const found = names.map((one) => segments.find((segment) => isOwn(segment, (source) => source.toLowerCase().includes(one))))
  return found.find((segment) => segment !== undefined)?.key ?? null
}
