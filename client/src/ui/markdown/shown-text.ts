import type { BlockGroup } from './document/block-group.ts'
import type { Definitions } from './document/definitions.ts'

/** A stretch of a text that is shown by itself, in a row of its own. The same object for as long as nothing in it changes. */
export interface ShownText {
  readonly groups: readonly BlockGroup[]
  readonly definitions: Definitions
  /** Of the ids of footnotes, the same for the whole text. */
  readonly prefix: string
  /** What stands right before it in the same text: how far below it this begins depends on that. Null at the beginning. */
  readonly before: BlockGroup | null
  /** The end of the text: its footnotes stand below it. */
  readonly isEnd: boolean
  /** Which code blocks somebody has opened or shut, by where they begin in the text. It outlives the rows. */
  readonly folds: Map<number, boolean>
}
