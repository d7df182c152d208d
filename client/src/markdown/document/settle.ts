import type { Blockquote, List, ListItem, Nodes, Paragraph, RootContent, Table } from 'mdast'
import type { Block } from './block.ts'
import { createCodeBlock, endOf, lineStartOf, nodeToBlock, startOf, type ParserInput } from './nodes-to-blocks.ts'
import { isLongParagraph, splitParagraph } from './split-paragraph.ts'

/** Parsed nodes, divided into those that can no longer change and the rest. */
export interface Settled {
  /** Settled nodes, the first of which may continue the open block. */
  readonly nodes: readonly RootContent[]
  /** The settled beginning of the next node: items of a list, rows of a table, lines of code, a stretch of a paragraph. */
  readonly open: Block | null
  /** The nodes in that beginning that may contain definitions. */
  readonly opened: readonly RootContent[]
  /** Nodes that the next update parses again. */
  readonly rest: readonly RootContent[]
  /** Offset of the rest in the input's source. */
  readonly cut: number
}

/**
 * Finds the last block whose first line is complete. Blocks are recognised line by line (CommonMark 0.31, appendix "A parsing strategy"),
 * so every block before it has ended, and the text from its first line on can be parsed alone.
 */
export function settle(nodes: readonly RootContent[], input: ParserInput, canOpen: boolean): Settled {
  const { source } = input
  const completeEnd = source.lastIndexOf('\n') + 1
  let index = nodes.length - 1
  while (index > 0 && !isCut(nodes, index, source, completeEnd)) index -= 1
  // A definition followed by a blank line is complete, so references to it can be resolved now.
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
  const opened = open(candidate, input, completeEnd)
  return opened ? { nodes: before, ...opened, rest: opened.rest ? [opened.rest, ...nodes.slice(index + 1)] : [] } : whole
}

function isCut(nodes: readonly RootContent[], index: number, source: string, completeEnd: number): boolean {
  const node = nodes[index]
  const previous = nodes[index - 1]
  if (!node || !previous || (startOf(node) >= completeEnd && !isLongParagraph(node))) return false
  // The line after a definition still belongs to the same paragraph for the parser, unless it is a definition, too.
  if (endsIndented(previous, source)) return false
  if (previous.type !== 'definition' || node.type === 'definition') return true
  return /\n[ \t]*\n/u.test(source.slice(endOf(previous), startOf(node)))
}

function isFollowedByBlank(node: RootContent, source: string): boolean {
  return /^[ \t]*\n[ \t]*\n/u.test(source.slice(endOf(node)))
}

/** After indented code the parser starts a list only where it could interrupt a paragraph. */
function endsIndented(node: Nodes, source: string): boolean {
  if (node.type === 'details') return false
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

function open(node: RootContent, input: ParserInput, completeEnd: number): Opened | null {
  if (node.type === 'list') return openList(node, input, completeEnd)
  if (node.type === 'blockquote') return openQuote(node, input, completeEnd)
  if (node.type === 'table') return openTable(node, input, completeEnd)
  if (node.type === 'code') return openCode(node, input)
  return node.type === 'paragraph' ? openParagraph(node, input) : null
}

function openParagraph(paragraph: Paragraph, input: ParserInput): Opened | null {
  const split = splitParagraph(paragraph)
  if (!split) return null
  const source = input.source.slice(startOf(paragraph), split.offset)
  const key = input.base + lineStartOf(input.source, startOf(paragraph))
  const { position } = paragraph
  const rest: Paragraph = {
    ...paragraph,
    children: [...split.rest],
    ...(position ? { position: { ...position, start: { ...position.start, offset: split.offset } } } : {}),
  }
  return { open: { kind: 'paragraph', key, pieces: [{ source, parsed: split.settled }] }, opened: [], rest, cut: split.offset }
}

/** Settles every item before the last one whose first line is complete. */
function openList(list: List, input: ParserInput, completeEnd: number): Opened | null {
  const last = list.children.findLastIndex((item) => startOf(item) < completeEnd)
  const next = list.children[last]
  if (last < 1 || !next) return null
  const items = list.children.slice(0, last)
  const block = nodeToBlock({ ...list, spread: haveGap(list.children.slice(0, last + 1), input.source), children: items }, input)
  if (!block) return null
  const cut = lineStartOf(input.source, startOf(next))
  return { open: block, opened: [{ ...list, children: items }], rest: { ...list, children: list.children.slice(last) }, cut }
}

/** Settles every child before the last one that can be parsed alone. */
function openQuote(quote: Blockquote, input: ParserInput, completeEnd: number): Opened | null {
  const { children } = quote
  let last = children.length - 1
  while (last > 0 && !isCut(children, last, input.source, completeEnd)) last -= 1
  const next = children[last]
  if (last < 1 || !next) return null
  const settled: Blockquote = { ...quote, children: children.slice(0, last) }
  const block = nodeToBlock(settled, input)
  const rest: Blockquote = { ...quote, children: children.slice(last) }
  return block && { open: block, opened: [settled], rest, cut: lineStartOf(input.source, startOf(next)) }
}

/** Whether a blank line stands between two of the items. */
function haveGap(items: readonly ListItem[], source: string): boolean {
  return items.some((item, index) => {
    const next = items[index + 1]
    return next !== undefined && /\n[ \t]*\n/u.test(source.slice(endOf(item), startOf(next)))
  })
}

/** Settles every row whose line is complete. */
function openTable(table: Table, input: ParserInput, completeEnd: number): Opened | null {
  const [head, ...rows] = table.children
  const count = rows.findLastIndex((row) => startOf(row) < completeEnd) + 1
  const last = rows[count - 1]
  if (!head || !last) return null
  const block = nodeToBlock({ ...table, children: [head, ...rows.slice(0, count)] }, input)
  const cut = input.source.indexOf('\n', startOf(last)) + 1
  return block && { open: block, opened: [], rest: { ...table, children: [head, ...rows.slice(count)] }, cut }
}

/** Opens a fence at the margin: its lines need no parser. */
function openCode(code: RootContent & { readonly type: 'code' }, input: ParserInput): Opened | null {
  const start = startOf(code)
  const fence = /^(?:`{3,}|~{3,})/u.exec(input.source.slice(start, start + 200))?.[0]
  const isAtMargin = start === 0 || input.source[start - 1] === '\n'
  if (fence === undefined || !isAtMargin) return null
  const cut = input.source.indexOf('\n', start) + 1
  const block = createCodeBlock(input.base + start, fence, code.lang ?? '', code.meta ?? '', '')
  return { open: block, opened: [], rest: null, cut }
}
