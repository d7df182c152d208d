import type { BlockGroup } from './document/block-group.ts'
import type { Definitions } from './document/definitions.ts'

/** Some groups of a text that render in a row of their own. The same object while nothing in it changes. */
export interface ParsedText {
  readonly groups: readonly BlockGroup[]
  readonly definitions: Definitions
  /** Prefix of footnote ids, the same for the whole text. */
  readonly prefix: string
  /** The group before these in the same text, on which the margin above depends; null at the start. */
  readonly before: BlockGroup | null
  /** The last groups of the text: its footnotes render below them. */
  readonly isEnd: boolean
  /** Whether a code block is folded, by its offset in the text. Outlives the rows. */
  readonly folds: Map<number, boolean>
}
