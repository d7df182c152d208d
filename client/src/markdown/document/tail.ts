import type { Nodes, RootContent } from 'mdast'
import type { Block } from './block.ts'
import { lastOfChunks, withoutLastOfChunks } from './chunks.ts'
import { completeTail } from './complete-tail.ts'
import { toKnownNames, type Definitions } from './definitions.ts'
import { openDetailsLine } from './known-tags.ts'
import { joinBlocks, nodeToBlock, startOf, type ParserInput } from './nodes-to-blocks.ts'
import { parseMarkdown } from './parse-markdown.ts'

/** Stands before the rest of a paragraph, which could otherwise parse as a list, a heading or another block. */
const paragraphJoint = 'x '

/** The prefix that makes the rest of an open block parse as part of that block. */
export function toJoint(open: Block | null): string {
  if (open?.kind === 'table') return open.prefix
  return open?.kind === 'paragraph' ? paragraphJoint : ''
}

/** Removes a paragraph's joint from the parsed nodes. */
export function stripJoint(nodes: readonly RootContent[], open: Block | null): readonly RootContent[] {
  const [first, ...others] = nodes
  if (open?.kind !== 'paragraph' || first?.type !== 'paragraph') return nodes
  const [text, ...rest] = first.children
  if (text?.type !== 'text' || !text.value.startsWith(paragraphJoint)) return nodes
  const stripped = { ...text, ...behindJoint(text), value: text.value.slice(paragraphJoint.length) }
  return [{ ...first, ...behindJoint(first), children: stripped.value === '' ? rest : [stripped, ...rest] }, ...others]
}

function behindJoint({ position }: Nodes): Pick<Nodes, 'position'> {
  if (!position) return {}
  const { start } = position
  return { position: { ...position, start: { ...start, offset: (start.offset ?? 0) + paragraphJoint.length } } }
}

/** The last block of a growing text, with its last piece completed for display. */
export function completeBlock(options: {
  readonly node: RootContent
  /** The settled beginning of the same block. */
  readonly joined: Block | null
  readonly input: ParserInput
  readonly definitions: Definitions
}): Block[] {
  const { node, joined, input, definitions } = options
  if (isBare(node)) return joined ? [joined] : []
  const whole = nodeToBlock(node, input)
  if (!whole) return joined ? [joined] : []
  const block = joined ? (joinBlocks(joined, whole) ?? whole) : whole
  const isEnded = node.type !== 'list' && /\n[ \t]*\n[ \t]*$/u.test(input.source)
  const isDetailsLine = openDetailsLine.test(input.source)
  const isClosed = node.type === 'details' && /<\/details>\s*$/iu.test(input.source)
  if (isEnded || isClosed || (endsVerbatim(node) && !isDetailsLine)) return [block]
  const { piece, before } = takeLastPiece(block)
  if (piece === null) return [block]
  // Includes the characters behind the piece: it matters whether its line has ended.
  const source = input.source.slice(input.source.lastIndexOf(piece))
  const completed = completeTail(source, block.kind === 'table' && block.rows.length > 0)
  if (completed === source) return [block]
  if (completed.trim() === '') return before ? [before] : []
  const joint = toJoint(before ?? (block.kind === 'table' ? block : null))
  const parsed = parseMarkdown(joint + completed, toKnownNames(definitions)).children
  const again: ParserInput = { source: joint + completed, base: block.key }
  const blocks = stripJoint(parsed, before)
    .filter((child) => !isBare(child))
    .map((child) => nodeToBlock(child, again))
    .filter((child) => child !== null)
  const [first, ...others] = blocks
  if (!first) return before ? [before] : []
  if (!before) return [{ ...first, key: block.key }, ...others]
  const continued = joinBlocks(before, first)
  return continued ? [continued, ...others] : [before, ...blocks]
}

/** Whether a node is `<details>` with nothing behind it yet. */
function isBare(node: RootContent): boolean {
  return node.type === 'details' && node.children.length === 1 && node.children[0].children.length === 0
}

/** The source of the last piece, and the block without that piece. */
function takeLastPiece(block: Block): { readonly piece: string | null; readonly before: Block | null } {
  switch (block.kind) {
    case 'code':
      return { piece: null, before: null }
    case 'node':
      return { piece: block.piece.source, before: null }
    case 'paragraph': {
      const pieces = block.pieces.slice(0, -1)
      return { piece: block.pieces.at(-1)?.source ?? null, before: pieces.length > 0 ? { ...block, pieces } : null }
    }
    case 'list': {
      const items = withoutLastOfChunks(block.items)
      return { piece: lastOfChunks(block.items)?.source ?? null, before: items.length > 0 ? { ...block, items } : null }
    }
    case 'quote': {
      const children = withoutLastOfChunks(block.children)
      return { piece: lastOfChunks(block.children)?.source ?? null, before: children.length > 0 ? { ...block, children } : null }
    }
    case 'table':
      return { piece: lastOfChunks(block.rows)?.source ?? null, before: { ...block, rows: withoutLastOfChunks(block.rows) } }
    default:
      return block satisfies never
  }
}

/** Whether a node ends in code, HTML or a formula, where Markdown has no meaning. */
function endsVerbatim(node: Nodes): boolean {
  if (node.type === 'code' || node.type === 'html' || node.type === 'math') return true
  if (node.type === 'paragraph' || node.type === 'heading' || node.type === 'tableRow') return false
  const last = 'children' in node ? node.children.at(-1) : undefined
  return last !== undefined && startOf(last as RootContent) >= 0 && endsVerbatim(last)
}
