import type { FootnoteReference, Nodes } from 'mdast'
import type { BlockGroup, LazyGroup } from './block-group.ts'
import type { Block } from './block.ts'
import { findReferences, numberFootnotes, type Definitions, type References } from './definitions.ts'

/** Numbers the footnotes of a growing text. Returns the same object while nothing changes. */
export function createFootnoteNumbers(): (definitions: Definitions, groups: readonly (BlockGroup | LazyGroup)[]) => Definitions {
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

/** A lazy group without `[^` need not be parsed for its footnotes. */
function mayHaveFootnotes(group: BlockGroup | LazyGroup): boolean {
  return !('source' in group) || group.source.includes('[^')
}

const referencesByGroup = new WeakMap<BlockGroup, readonly References[]>()

/** The references in a group's blocks, in text order. */
export function groupToReferences(group: BlockGroup): readonly References[] {
  const known = referencesByGroup.get(group)
  if (known) return known
  const references = group.blocks.flatMap(blockToNodes).flatMap((node) => findReferences(node) ?? [])
  referencesByGroup.set(group, references)
  return references
}

/** All parsed nodes of a block. */
function blockToNodes(block: Block): readonly Nodes[] {
  switch (block.kind) {
    case 'code':
      return []
    case 'node':
      return [block.piece.parsed]
    case 'paragraph':
      return block.pieces.flatMap((piece) => piece.parsed)
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
