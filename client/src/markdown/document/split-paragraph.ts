import type { Nodes, Paragraph, PhrasingContent } from 'mdast'
import { readInlineTag } from './known-tags.ts'

/** A longer paragraph, in characters, is split so that its beginning is not parsed again with every word. */
const longLength = 3_000
/** From this length on, an unclosed mark such as in `5 * 3` no longer prevents the text before it from settling. */
const forcedLength = 12_000
/** The end of the paragraph that stays open. */
const restLength = 1_000

export interface SplitParagraph {
  readonly settled: readonly PhrasingContent[]
  readonly rest: readonly PhrasingContent[]
  /** Offset of the rest in the parsed source. */
  readonly offset: number
}

/**
 * Splits a long paragraph after a word where nothing is open: no mark before the split can pair with one behind it. Null for a short
 * paragraph, or one without such a place.
 */
export function splitParagraph(paragraph: Paragraph): SplitParagraph | null {
  const start = paragraph.position?.start.offset ?? 0
  const end = paragraph.position?.end.offset ?? 0
  if (!isLongParagraph(paragraph)) return null
  const isForced = end - start > forcedLength
  let best: SplitParagraph | null = null
  for (const [index, child] of paragraph.children.entries()) {
    if (!isForced && !isSettled(child)) break
    const childStart = child.position?.start.offset ?? 0
    const childEnd = child.position?.end.offset ?? 0
    if (child.type !== 'text' || childStart > end - restLength) continue
    // Escapes and entities are shorter than their source: positions in the two would not match.
    if (child.value.length !== childEnd - childStart) continue
    const limit = Math.min(child.value.length - 1, end - restLength - childStart)
    const at = findSplit(child.value, limit)
    if (at <= 0) continue
    best = {
      settled: [...paragraph.children.slice(0, index), { ...child, value: child.value.slice(0, at) }],
      rest: [{ ...child, value: child.value.slice(at) }, ...paragraph.children.slice(index + 1)],
      offset: childStart + at,
    }
  }
  return best
}

/** A longer word, in characters, is split within. */
const longWordLength = 2_000

function findSplit(value: string, limit: number): number {
  const at = findWordEnd(value, limit)
  return limit - at < longWordLength ? at : Math.max(at, findLetterEnd(value, limit))
}

/** Inside a script without spaces, or inside encoded data: no mark or address can begin or end between the two characters. */
const joined = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{2}|(?<=[a-z0-9+/=]{40})[a-z0-9+/=][a-gi-vx-z0-9](?=[a-z0-9+/=]{40})/giu

/** Offset of the last place before the limit at which a word without marks can be split; 0 if there is none near it. */
function findLetterEnd(value: string, limit: number): number {
  const from = Math.max(0, limit - 400)
  const last = Array.from(value.slice(from, limit + 200).matchAll(joined)).findLast(({ index }) => from + index + 1 <= limit)
  return last ? from + last.index + 1 : 0
}

/** Offset behind the last single space before the limit; 0 if there is none. */
function findWordEnd(value: string, limit: number): number {
  for (let at = value.lastIndexOf(' ', limit - 1); at > 0; at = value.lastIndexOf(' ', at - 1)) {
    if (/^\S \S/u.test(value.slice(at - 1, at + 2))) return at + 1
  }
  return 0
}

/** Whether a node is a paragraph long enough to split. A text line of this length cannot become another block. */
export function isLongParagraph(node: Nodes): boolean {
  return node.type === 'paragraph' && (node.position?.end.offset ?? 0) - (node.position?.start.offset ?? 0) >= longLength
}

function isSettled(node: Nodes): boolean {
  if (node.type === 'text') return !/[*_~`[\]<$\\!]/u.test(node.value)
  // A known tag that has no partner yet.
  if (node.type === 'html') return readInlineTag(node.value) === null
  return 'children' in node ? node.children.every(isSettled) : true
}
