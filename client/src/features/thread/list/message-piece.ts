import type { ShownText } from '../../../ui/markdown/shown-text.ts'
import type { PartBlock } from '../parts-to-blocks.ts'

/** What of a message stands in one row of the thread. The same object for as long as nothing in it changes. */
export interface MessagePiece {
  /** The first piece has the message's id, so that a message that grows keeps its row. */
  readonly key: string
  readonly items: readonly PieceItem[]
  readonly isFirst: boolean
  readonly isLast: boolean
  /** In pixels, before it was ever laid out. */
  readonly estimatedHeight: number
}

export interface PieceItem {
  readonly block: PartBlock
  /** Which part of a text; null when the block is shown whole. */
  readonly text: PieceText | null
}

export interface PieceText {
  readonly shown: ShownText
  /** The part as it was written. */
  readonly source: string
  /** The beginning of the text is in another row. */
  readonly isContinued: boolean
}
