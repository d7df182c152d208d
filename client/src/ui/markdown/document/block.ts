import type { AlignType, BlockContent, DefinitionContent, ListItem, PhrasingContent, RootContent, TableRow } from 'mdast'

/** A part of a block that is parsed and shown on its own: an item, a row, a stretch of a paragraph. */
export interface Piece<Parsed> {
  readonly source: string
  readonly parsed: Parsed
}

/** Long sequences in pieces of a fixed size: what has been filled stays the same object, so that nothing of it is looked at again. */
export type Chunks<Item> = readonly (readonly Item[])[]

interface BlockBase {
  /** Where the block begins in the text: the same for as long as the text only grows. */
  readonly key: number
}

export interface NodeBlock extends BlockBase {
  readonly kind: 'node'
  readonly piece: Piece<RootContent>
}

export interface ParagraphBlock extends BlockBase {
  readonly kind: 'paragraph'
  /** More than one only in a very long paragraph. */
  readonly segments: readonly Piece<readonly PhrasingContent[]>[]
}

export interface CodeBlock extends BlockBase {
  readonly kind: 'code'
  readonly language: string
  readonly meta: string
  /** The marks that opened it: what closes it is at least as long. */
  readonly fence: string
  /** The code, 50 lines in each but the last, every line with its line feed. */
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
  /** The head and the line below it, with their line feeds: what a row is parsed with. */
  readonly prefix: string
  readonly head: TableRow
  readonly rows: Chunks<Piece<TableRow>>
}

export type QuoteContent = BlockContent | DefinitionContent

export interface QuoteBlock extends BlockBase {
  readonly kind: 'quote'
  readonly children: Chunks<Piece<QuoteContent>>
}

/** What stands below each other in a text, as it is shown. */
export type Block = NodeBlock | ParagraphBlock | CodeBlock | ListBlock | TableBlock | QuoteBlock
