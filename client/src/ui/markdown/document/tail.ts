import type { Nodes, RootContent } from 'mdast'
import type { Block } from './block.ts'
import { lastOfChunks, withoutLastOfChunks } from './chunks.ts'
import { completeTail } from './complete-tail.ts'
import { toKnownNames, type Definitions } from './definitions.ts'
import { joinBlocks, nodeToBlock, startOf, type SourcePart } from './nodes-to-blocks.ts'
import { parseMarkdown } from './parse-markdown.ts'

/** Keeps what follows a cut inside a paragraph from being taken for a list, a heading or anything else that begins a line. */
const paragraphJoint = 'x '

/** What the rest of a block is parsed behind, so that it is parsed as what it is. */
export function toJoint(open: Block | null): string {
  if (open?.kind === 'table') return open.prefix
  return open?.kind === 'paragraph' ? paragraphJoint : ''
}

/** The nodes without the word that was put in front of them. */
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

/** The last block of a growing text: its last piece is shown as it will be. */
export function completeBlock(options: {
  readonly node: RootContent
  /** The settled beginning of the same block. */
  readonly joined: Block | null
  readonly part: SourcePart
  readonly definitions: Definitions
}): Block[] {
  const { node, joined, part, definitions } = options
  const whole = nodeToBlock(node, part)
  if (!whole) return joined ? [joined] : []
  const block = joined ? (joinBlocks(joined, whole) ?? whole) : whole
  const isEnded = node.type !== 'list' && /\n[ \t]*\n[ \t]*$/u.test(part.source)
  if (isEnded || endsVerbatim(node)) return [block]
  const { piece, before } = takeLastPiece(block)
  if (piece === null) return [block]
  // With what stands behind the piece's last character: whether its line has ended matters.
  const source = part.source.slice(part.source.lastIndexOf(piece))
  const completed = completeTail(source, block.kind === 'table' && block.rows.length > 0)
  if (completed === source) return [block]
  if (completed.trim() === '') return before ? [before] : []
  const joint = toJoint(before ?? (block.kind === 'table' ? block : null))
  const parsed = parseMarkdown(joint + completed, toKnownNames(definitions)).children
  const again: SourcePart = { source: joint + completed, base: block.key }
  const blocks = stripJoint(parsed, before)
    .map((child) => nodeToBlock(child, again))
    .filter((child) => child !== null)
  const [first, ...others] = blocks
  if (!first) return before ? [before] : []
  if (!before) return [{ ...first, key: block.key }, ...others]
  const continued = joinBlocks(before, first)
  return continued ? [continued, ...others] : [before, ...blocks]
}

/** The last item, row, stretch or whole, as it was written; and the block without it. */
function takeLastPiece(block: Block): { readonly piece: string | null; readonly before: Block | null } {
  switch (block.kind) {
    case 'code':
      return { piece: null, before: null }
    case 'node':
      return { piece: block.piece.source, before: null }
    case 'paragraph': {
      const segments = block.segments.slice(0, -1)
      return { piece: block.segments.at(-1)?.source ?? null, before: segments.length > 0 ? { ...block, segments } : null }
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

/** Whether a node ends in something whose characters mean themselves. */
function endsVerbatim(node: Nodes): boolean {
  if (node.type === 'code' || node.type === 'html' || node.type === 'math') return true
  if (node.type === 'paragraph' || node.type === 'tableRow') return false
  const last = 'children' in node ? node.children.at(-1) : undefined
  return last !== undefined && startOf(last as RootContent) >= 0 && endsVerbatim(last)
}
