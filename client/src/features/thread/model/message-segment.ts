import type { ParsedText } from '../../../markdown/parsed-text.ts'
import type { PartBlock } from './parts-to-blocks.ts'

/** The part of a message in one row of the thread. The object keeps its identity while nothing in it changes. */
export interface MessageSegment {
  /** The first segment has the message's id, so that a message that grows keeps its row. */
  readonly key: string
  readonly items: readonly SegmentItem[]
  readonly isFirst: boolean
  readonly isLast: boolean
  /** In pixels, before it was ever laid out. */
  readonly estimatedHeight: number
}

export interface SegmentItem {
  readonly block: PartBlock
  /** The part of a text; null when the block is shown whole. */
  readonly text: SegmentText | null
}

export interface SegmentText {
  readonly shown: ParsedText
  /** The part as it was written. */
  readonly source: string
  /** Whether the text begins in another row. */
  readonly isContinued: boolean
}
