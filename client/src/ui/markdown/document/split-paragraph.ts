import type { Nodes, Paragraph, PhrasingContent } from 'mdast'

/** A paragraph that is longer is taken apart, so that its beginning is not parsed again with each word. */
const longLength = 3_000
/** Somewhere around here a mark that nobody closes, such as `5 * 3`, no longer keeps what stands before it from being settled. */
const forcedLength = 12_000
/** What is left open: the end of the paragraph, in which something may still change. */
const restLength = 1_000

export interface SplitParagraph {
  readonly settled: readonly PhrasingContent[]
  readonly rest: readonly PhrasingContent[]
  /** Where the rest begins, as an offset in what was parsed. */
  readonly offset: number
}

/**
 * Cuts a long paragraph behind a word, where nothing is open: no mark in front of the cut can belong to one behind it. Null when the
 * paragraph is short, or has no such place.
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
    const at = findWordEnd(child.value, limit)
    if (at <= 0) continue
    best = {
      settled: [...paragraph.children.slice(0, index), { ...child, value: child.value.slice(0, at) }],
      rest: [{ ...child, value: child.value.slice(at) }, ...paragraph.children.slice(index + 1)],
      offset: childStart + at,
    }
  }
  return best
}

/** Behind the last single space before the limit. */
function findWordEnd(value: string, limit: number): number {
  for (let at = value.lastIndexOf(' ', limit - 1); at > 0; at = value.lastIndexOf(' ', at - 1)) {
    if (/^\S \S/u.test(value.slice(at - 1, at + 2))) return at + 1
  }
  return 0
}

/** Whether a node is a paragraph that is taken apart; after so much text in one line, it is one for good. */
export function isLongParagraph(node: Nodes): boolean {
  return node.type === 'paragraph' && (node.position?.end.offset ?? 0) - (node.position?.start.offset ?? 0) >= longLength
}

function isSettled(node: Nodes): boolean {
  if (node.type === 'text') return !/[*_~`[\]<$\\!]/u.test(node.value)
  return 'children' in node ? node.children.every(isSettled) : true
}
