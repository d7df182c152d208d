import type { Blockquote, List, ListItem, Nodes, Paragraph, RootContent, Table } from 'mdast'
import type { Block } from './block.ts'
import { createCodeBlock, endOf, lineStartOf, nodeToBlock, startOf, type SourcePart } from './nodes-to-blocks.ts'
import { isLongParagraph, splitParagraph } from './split-paragraph.ts'

/** What of a parsed part can no longer change, whatever follows. */
export interface Settled {
  /** Whole nodes, the first of which may continue the open block. */
  readonly nodes: readonly RootContent[]
  /** The settled beginning of the node behind them: items of a list, rows of a table, lines of code, stretches of a paragraph. */
  readonly open: Block | null
  /** What stands in that beginning, where it may define something. */
  readonly opened: readonly RootContent[]
  /** What is left, to be parsed again with what follows. */
  readonly rest: readonly RootContent[]
  /** Where the rest begins in the part's source. */
  readonly cut: number
}

/**
 * Blocks are recognised line by line (CommonMark 0.31, appendix "A parsing strategy"), so whatever stands before a block whose first
 * line is complete has ended for good; and what begins with that line is parsed alone as it is parsed there.
 */
export function settle(nodes: readonly RootContent[], part: SourcePart, canOpen: boolean): Settled {
  const { source } = part
  const completeEnd = source.lastIndexOf('\n') + 1
  let index = nodes.length - 1
  while (index > 0 && !isCut(nodes, index, source, completeEnd)) index -= 1
  // A definition behind which a blank line stands is complete: what refers to it need not wait for what comes next.
  const found = nodes[index]
  const isDefined = found?.type === 'definition' && isFollowedByBlank(found, source)
  if (isDefined) index += 1
  if (isDefined && index === nodes.length) return { nodes, open: null, opened: [], rest: [], cut: completeEnd }
  const candidate = nodes[index]
  const before = nodes.slice(0, Math.max(0, index))
  const behind = nodes.slice(Math.max(0, index))
  const cut = candidate ? lineStartOf(source, startOf(candidate)) : 0
  const whole: Settled = { nodes: before, open: null, opened: [], rest: behind, cut }
  if (!candidate || !canOpen || (startOf(candidate) >= completeEnd && !isLongParagraph(candidate))) return whole
  const opened = open(candidate, part, completeEnd)
  return opened ? { nodes: before, ...opened, rest: opened.rest ? [opened.rest, ...nodes.slice(index + 1)] : [] } : whole
}

function isCut(nodes: readonly RootContent[], index: number, source: string, completeEnd: number): boolean {
  const node = nodes[index]
  const previous = nodes[index - 1]
  if (!node || !previous || (startOf(node) >= completeEnd && !isLongParagraph(node))) return false
  // What follows a definition at once is still the same paragraph to the parser, unless it is a definition too.
  if (endsIndented(previous, source)) return false
  if (previous.type !== 'definition' || node.type === 'definition') return true
  return /\n[ \t]*\n/u.test(source.slice(endOf(previous), startOf(node)))
}

function isFollowedByBlank(node: RootContent, source: string): boolean {
  return /^[ \t]*\n[ \t]*\n/u.test(source.slice(endOf(node)))
}

/** Behind indented code the parser begins a list only as it would within a paragraph. */
function endsIndented(node: Nodes, source: string): boolean {
  if (node.type === 'code') return !/[`~]/u.test(source[node.position?.start.offset ?? 0] ?? '')
  const last = 'children' in node ? node.children.at(-1) : undefined
  return last !== undefined && endsIndented(last, source)
}

interface Opened {
  readonly open: Block
  readonly opened: readonly RootContent[]
  readonly rest: RootContent | null
  readonly cut: number
}

function open(node: RootContent, part: SourcePart, completeEnd: number): Opened | null {
  if (node.type === 'list') return openList(node, part, completeEnd)
  if (node.type === 'blockquote') return openQuote(node, part, completeEnd)
  if (node.type === 'table') return openTable(node, part, completeEnd)
  if (node.type === 'code') return openCode(node, part)
  return node.type === 'paragraph' ? openParagraph(node, part) : null
}

function openParagraph(paragraph: Paragraph, part: SourcePart): Opened | null {
  const split = splitParagraph(paragraph)
  if (!split) return null
  const source = part.source.slice(startOf(paragraph), split.offset)
  const key = part.base + lineStartOf(part.source, startOf(paragraph))
  const { position } = paragraph
  const rest: Paragraph = {
    ...paragraph,
    children: [...split.rest],
    ...(position ? { position: { ...position, start: { ...position.start, offset: split.offset } } } : {}),
  }
  return { open: { kind: 'paragraph', key, segments: [{ source, parsed: split.settled }] }, opened: [], rest, cut: split.offset }
}

/** Every item before the last one whose first line is complete. */
function openList(list: List, part: SourcePart, completeEnd: number): Opened | null {
  const last = list.children.findLastIndex((item) => startOf(item) < completeEnd)
  const next = list.children[last]
  if (last < 1 || !next) return null
  const items = list.children.slice(0, last)
  const block = nodeToBlock({ ...list, spread: haveGap(list.children.slice(0, last + 1), part.source), children: items }, part)
  if (!block) return null
  const cut = lineStartOf(part.source, startOf(next))
  return { open: block, opened: [{ ...list, children: items }], rest: { ...list, children: list.children.slice(last) }, cut }
}

/** Everything in a quote before the last of it that can be parsed alone. */
function openQuote(quote: Blockquote, part: SourcePart, completeEnd: number): Opened | null {
  const { children } = quote
  let last = children.length - 1
  while (last > 0 && !isCut(children, last, part.source, completeEnd)) last -= 1
  const next = children[last]
  if (last < 1 || !next) return null
  const settled: Blockquote = { ...quote, children: children.slice(0, last) }
  const block = nodeToBlock(settled, part)
  const rest: Blockquote = { ...quote, children: children.slice(last) }
  return block && { open: block, opened: [settled], rest, cut: lineStartOf(part.source, startOf(next)) }
}

/** Whether there is a blank line between two of the items. */
function haveGap(items: readonly ListItem[], source: string): boolean {
  return items.some((item, index) => {
    const next = items[index + 1]
    return next !== undefined && /\n[ \t]*\n/u.test(source.slice(endOf(item), startOf(next)))
  })
}

/** Every row whose line is complete. */
function openTable(table: Table, part: SourcePart, completeEnd: number): Opened | null {
  const [head, ...rows] = table.children
  const count = rows.findLastIndex((row) => startOf(row) < completeEnd) + 1
  const last = rows[count - 1]
  if (!head || !last) return null
  const block = nodeToBlock({ ...table, children: [head, ...rows.slice(0, count)] }, part)
  const cut = part.source.indexOf('\n', startOf(last)) + 1
  return block && { open: block, opened: [], rest: { ...table, children: [head, ...rows.slice(count)] }, cut }
}

/** A fence at the margin: from here on its lines need no parser. */
function openCode(code: RootContent & { readonly type: 'code' }, part: SourcePart): Opened | null {
  const start = startOf(code)
  const fence = /^(?:`{3,}|~{3,})/u.exec(part.source.slice(start, start + 200))?.[0]
  const isAtMargin = start === 0 || part.source[start - 1] === '\n'
  if (fence === undefined || !isAtMargin) return null
  const cut = part.source.indexOf('\n', start) + 1
  const block = createCodeBlock(part.base + start, fence, code.lang ?? '', code.meta ?? '', '')
  return { open: block, opened: [], rest: null, cut }
}
