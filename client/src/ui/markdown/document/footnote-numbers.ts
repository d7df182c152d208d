import type { FootnoteReference, Nodes } from 'mdast'
import type { BlockGroup, UnreadGroup } from './block-group.ts'
import type { Block } from './block.ts'
import { findReferences, numberFootnotes, type Definitions, type References } from './definitions.ts'

/** Numbers the footnotes of a text again and again as it grows; what has not changed is the same object as before. */
export function createFootnoteNumbers(): (
  definitions: Definitions,
  groups: readonly (BlockGroup | UnreadGroup)[],
) => Definitions {
  let last: {
    readonly given: Definitions
    readonly references: readonly FootnoteReference[]
    readonly numbered: Definitions
  } | null = null
  return (given, groups) => {
    if (given.footnotes.size === 0) return given
    const references = groups.flatMap((group) =>
      mayHaveFootnotes(group) ? groupToReferences(group).flatMap(({ footnotes }) => footnotes) : [],
    )
    const isSame =
      last?.given === given &&
      last.references.length === references.length &&
      references.every((reference, index) => reference === last?.references[index])
    if (last && isSame) return last.numbered
    const numbered = numberFootnotes(given, references)
    last = { given, references, numbered }
    return numbered
  }
}

/** What was not parsed yet need not be, when it has no mark of one. */
function mayHaveFootnotes(group: BlockGroup | UnreadGroup): boolean {
  return !('source' in group) || group.source.includes('[^')
}

const referencesByGroup = new WeakMap<BlockGroup, readonly References[]>()

/** What the blocks of a group refer to, in the order in which it stands there. */
export function groupToReferences(group: BlockGroup): readonly References[] {
  const known = referencesByGroup.get(group)
  if (known) return known
  const references = group.blocks.flatMap(blockToNodes).flatMap((node) => findReferences(node) ?? [])
  referencesByGroup.set(group, references)
  return references
}

/** Everything of a block that was parsed. */
function blockToNodes(block: Block): readonly Nodes[] {
  switch (block.kind) {
    case 'code':
      return []
    case 'node':
      return [block.piece.parsed]
    case 'paragraph':
      return block.segments.flatMap((segment) => segment.parsed)
    case 'list':
      return block.items.flatMap((chunk) => chunk.map((item) => item.parsed))
    case 'quote':
      return block.children.flatMap((chunk) => chunk.map((child) => child.parsed))
    case 'table':
      return [block.head, ...block.rows.flatMap((chunk) => chunk.map((row) => row.parsed))]
    default:
      return block satisfies never
  }
}
