import type { Blockquote, List, Paragraph, RootContent, Table } from 'mdast'
import type { Block, CodeBlock, ListBlock, ParagraphBlock, Piece, QuoteBlock, TableBlock } from './block.ts'
import { appendLines, appendToChunks } from './chunks.ts'

/** The input of one parser run: a stretch of the text, behind a joint if it continues an open block. */
export interface ParserInput {
  readonly source: string
  /** Offset of the source's first character in the whole text. */
  readonly base: number
}

export function startOf(node: RootContent | List['children'][number] | Table['children'][number]): number {
  return node.position?.start.offset ?? 0
}

export function endOf(node: RootContent | List['children'][number] | Table['children'][number]): number {
  return node.position?.end.offset ?? 0
}

export function lineStartOf(source: string, offset: number): number {
  return source.lastIndexOf('\n', offset - 1) + 1
}

/** Null for a definition, which is not rendered in place. */
export function nodeToBlock(node: RootContent, input: ParserInput): Block | null {
  const start = lineStartOf(input.source, startOf(node))
  const key = input.base + start
  if (node.type === 'definition' || node.type === 'footnoteDefinition') return null
  if (node.type === 'list') return listToBlock(node, key, input.source)
  if (node.type === 'table') return tableToBlock(node, key, input.source)
  if (node.type === 'blockquote') return quoteToBlock(node, key, input.source)
  if (node.type === 'paragraph') return paragraphToBlock(node, key, input.source)
  if (node.type === 'code')
    return createCodeBlock(key, '', node.lang ?? '', node.meta ?? '', node.value === '' ? '' : `${node.value}\n`)
  return { kind: 'node', key, piece: { source: input.source.slice(start, endOf(node)), parsed: node } }
}

export function createCodeBlock(key: number, fence: string, language: string, meta: string, lines: string): CodeBlock {
  return { kind: 'code', key, fence, language, meta, ...appendLines([], 0, lines) }
}

function paragraphToBlock(node: Paragraph, key: number, source: string): ParagraphBlock {
  return { kind: 'paragraph', key, pieces: [{ source: source.slice(startOf(node), endOf(node)), parsed: node.children }] }
}

function listToBlock(node: List, key: number, source: string): ListBlock {
  const items = node.children.map((item, index): Piece<typeof item> => {
    const next = node.children[index + 1]
    const end = next ? lineStartOf(source, startOf(next)) : endOf(item)
    return { source: source.slice(lineStartOf(source, startOf(item)), end), parsed: item }
  })
  return {
    kind: 'list',
    key,
    isOrdered: node.ordered === true,
    start: node.start ?? 1,
    isLoose: node.spread === true || node.children.some((item) => item.spread === true),
    hasTasks: node.children.some((item) => typeof item.checked === 'boolean'),
    items: appendToChunks([], items),
  }
}

/** Every line of a quote has its marker, so a child can be parsed alone as a quote. */
function quoteToBlock(node: Blockquote, key: number, source: string): QuoteBlock {
  const children = node.children.map((child) => ({
    source: source.slice(lineStartOf(source, startOf(child)), endOf(child)),
    parsed: child,
  }))
  return { kind: 'quote', key, children: appendToChunks([], children) }
}

function tableToBlock(node: Table, key: number, source: string): Block {
  const [head, ...rows] = node.children
  const start = lineStartOf(source, startOf(node))
  if (!head) return { kind: 'node', key, piece: { source: source.slice(start, endOf(node)), parsed: node } }
  const ruleStart = source.indexOf('\n', start) + 1
  const ruleEnd = source.indexOf('\n', ruleStart)
  const prefix = ruleEnd === -1 ? `${source.slice(start)}\n` : source.slice(start, ruleEnd + 1)
  const pieces = rows.map((row) => ({ source: source.slice(lineStartOf(source, startOf(row)), endOf(row)), parsed: row }))
  const block: TableBlock = { kind: 'table', key, align: node.align ?? [], prefix, head, rows: appendToChunks([], pieces) }
  return block
}

/** Joins the settled beginning of a block and what was parsed behind it. Null if the two are not of the same kind. */
export function joinBlocks(settled: Block, next: Block): Block | null {
  if (settled.kind === 'list' && next.kind === 'list') {
    if (settled.isOrdered !== next.isOrdered) return null
    return {
      ...settled,
      isLoose: settled.isLoose || next.isLoose,
      hasTasks: settled.hasTasks || next.hasTasks,
      items: next.items.reduce((items, chunk) => appendToChunks(items, chunk), settled.items),
    }
  }
  if (settled.kind === 'table' && next.kind === 'table')
    return { ...settled, rows: next.rows.reduce((rows, chunk) => appendToChunks(rows, chunk), settled.rows) }
  if (settled.kind === 'quote' && next.kind === 'quote')
    return { ...settled, children: next.children.reduce((all, chunk) => appendToChunks(all, chunk), settled.children) }
  if (settled.kind === 'paragraph' && next.kind === 'paragraph')
    return { ...settled, pieces: [...settled.pieces, ...next.pieces] }
  return null
}
