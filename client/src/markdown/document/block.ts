import type { AlignType, BlockContent, DefinitionContent, ListItem, PhrasingContent, RootContent, TableRow } from 'mdast'

/** The smallest unit that is parsed and rendered on its own: a list item, a table row, a stretch of a long paragraph. */
export interface Piece<Parsed> {
  readonly source: string
  readonly parsed: Parsed
}

/** A long sequence in arrays of a fixed size. A full chunk stays the same object, so that React skips it. */
export type Chunks<Item> = readonly (readonly Item[])[]

interface BlockBase {
  /** Offset of the block in the text. It does not change while the text grows. */
  readonly key: number
}

export interface NodeBlock extends BlockBase {
  readonly kind: 'node'
  readonly piece: Piece<RootContent>
}

export interface ParagraphBlock extends BlockBase {
  readonly kind: 'paragraph'
  /** More than one only in a very long paragraph. */
  readonly pieces: readonly Piece<readonly PhrasingContent[]>[]
}

export interface CodeBlock extends BlockBase {
  readonly kind: 'code'
  readonly language: string
  readonly meta: string
  /** The opening fence. The closing fence is at least as long. */
  readonly fence: string
  /** The code, 50 lines in each chunk but the last, every line with its line feed. */
  readonly chunks: readonly string[]
  readonly lineCount: number
}

export interface ListBlock extends BlockBase {
  readonly kind: 'list'
  readonly isOrdered: boolean
  readonly start: number
  readonly isLoose: boolean
  readonly hasTasks: boolean
  readonly items: Chunks<Piece<ListItem>>
}

export interface TableBlock extends BlockBase {
  readonly kind: 'table'
  readonly align: readonly AlignType[]
  /** The head row and the delimiter row, with their line feeds. A row is parsed behind them. */
  readonly prefix: string
  readonly head: TableRow
  readonly rows: Chunks<Piece<TableRow>>
}

export type QuoteContent = BlockContent | DefinitionContent

export interface QuoteBlock extends BlockBase {
  readonly kind: 'quote'
  readonly children: Chunks<Piece<QuoteContent>>
}

/** A top-level element of the text. */
export type Block = NodeBlock | ParagraphBlock | CodeBlock | ListBlock | TableBlock | QuoteBlock
