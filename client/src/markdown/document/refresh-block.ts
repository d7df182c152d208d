import type { Block, Piece } from './block.ts'
import { mapChunks } from './chunks.ts'
import { mayRefer } from './definitions.ts'
import { parseMarkdown, type KnownNames } from './parse-markdown.ts'
import { stripJoint, toJoint } from './tail.ts'

/** Parses pieces again that may refer to the added names. Returns the same object when nothing changes. */
export function refreshBlock(block: Block, added: readonly string[], known: KnownNames): Block {
  const isConcerned = (piece: Piece<unknown>) => mayRefer(piece, added)
  const parse = (source: string) => parseMarkdown(source, known).children
  switch (block.kind) {
    case 'code':
      return block
    case 'node': {
      const node = isConcerned(block.piece) ? parse(block.piece.source)[0] : undefined
      return node ? { ...block, piece: { ...block.piece, parsed: node } } : block
    }
    case 'paragraph': {
      if (!block.pieces.some(isConcerned)) return block
      const pieces = block.pieces.map((piece, index) => {
        const before = index === 0 ? null : block
        const node = stripJoint(parse(toJoint(before) + piece.source), before)[0]
        return node?.type === 'paragraph' ? { ...piece, parsed: node.children } : piece
      })
      return { ...block, pieces }
    }
    case 'list': {
      const items = mapChunks(block.items, (item) => {
        const list = isConcerned(item) ? parse(item.source)[0] : undefined
        const parsed = list?.type === 'list' ? list.children[0] : undefined
        return parsed ? { ...item, parsed } : item
      })
      return items === block.items ? block : { ...block, items }
    }
    case 'quote': {
      const children = mapChunks(block.children, (child) => {
        const quote = isConcerned(child) ? parse(child.source)[0] : undefined
        const parsed = quote?.type === 'blockquote' ? quote.children[0] : undefined
        return parsed ? { ...child, parsed } : child
      })
      return children === block.children ? block : { ...block, children }
    }
    case 'table': {
      const rows = mapChunks(block.rows, (row) => {
        const table = isConcerned(row) ? parse(block.prefix + row.source)[0] : undefined
        const parsed = table?.type === 'table' ? table.children[1] : undefined
        return parsed ? { ...row, parsed } : row
      })
      const table = mayRefer({ source: block.prefix }, added) ? parse(block.prefix)[0] : undefined
      const head = table?.type === 'table' ? table.children[0] : undefined
      if (!head) return rows === block.rows ? block : { ...block, rows }
      return { ...block, head, rows }
    }
    default:
      return block satisfies never
  }
}
