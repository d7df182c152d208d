import type { Id } from '@holdfast/shared'

/** Where somebody reads: a message, or a piece of a long one, and how far below the top of the view that begins, in pixels. */
export interface Place {
  readonly messageId: Id
  readonly offset: number
  /** The row of the piece; without it, the message's first row. */
  readonly piece?: string
}
