import type { Id } from '@holdfast/shared'

/** The reading position: a message, or a segment of a long one, and how far below the top of the view it begins, in pixels. */
export interface ScrollAnchor {
  readonly messageId: Id
  readonly offset: number
  /** The row of the segment; without it, the message's first row. */
  readonly segment?: string
}
